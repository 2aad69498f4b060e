/** One Python wheel, pinned. */
export interface Wheel {
  /** As pip takes it: `tensorflow-cpu==2.21.0`. */
  readonly requirement: string;
  readonly sha256: string;
}

/** The wheels that together hold TensorFlow's C library and headers, and what it loads. */
export interface Distribution {
  readonly device: 'cpu' | 'gpu';
  /** Version of TensorFlow. */
  readonly version: string;
  /** TensorFlow's own wheel first. */
  readonly wheels: readonly [Wheel, ...Wheel[]];
  /** What is downloaded. */
  readonly megabytes: number;
  /** Free space in the cache folder that it needs: the wheels, what is unpacked of them, and some. */
  readonly bytes: number;
}

export const CPU_DISTRIBUTION: Distribution = {
  device: 'cpu',
  version: '2.21.0',
  wheels: [
    {
      requirement: 'tensorflow-cpu==2.21.0',
      sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    },
  ],
  megabytes: 274,
  bytes: 1.3e9,
};

/**
 * TensorFlow for CUDA 12, with its CUDA libraries: the lowest versions that its extra `and-cuda` allows (CUDA 12.5, cuDNN
 * 9.3).
 */
export const CUDA_DISTRIBUTION: Distribution = {
  device: 'gpu',
  version: '2.21.0',
  wheels: [
    {
      requirement: 'tensorflow==2.21.0',
      sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
    },
    {
      requirement: 'nvidia-cublas-cu12==12.5.3.2',
      sha256: 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b',
    },
    {
      requirement: 'nvidia-cuda-cupti-cu12==12.5.82',
      sha256: 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953',
    },
    {
      requirement: 'nvidia-cuda-nvcc-cu12==12.5.82',
      sha256: 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0',
    },
    {
      requirement: 'nvidia-cuda-nvrtc-cu12==12.5.82',
      sha256: '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd',
    },
    {
      requirement: 'nvidia-cuda-runtime-cu12==12.5.82',
      sha256: '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115',
    },
    {
      requirement: 'nvidia-cudnn-cu12==9.3.0.75',
      sha256: '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d',
    },
    {
      requirement: 'nvidia-cufft-cu12==11.2.3.61',
      sha256: '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8',
    },
    {
      requirement: 'nvidia-curand-cu12==10.3.6.82',
      sha256: '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536',
    },
    {
      requirement: 'nvidia-cusolver-cu12==11.6.3.83',
      sha256: '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b',
    },
    {
      requirement: 'nvidia-cusparse-cu12==12.5.1.3',
      sha256: '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752',
    },
    {
      requirement: 'nvidia-nccl-cu12==2.27.7',
      sha256: 'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa',
    },
    {
      requirement: 'nvidia-nvjitlink-cu12==12.5.82',
      sha256: 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212',
    },
  ],
  megabytes: 2516,
  bytes: 7.5e9,
};

/** Members of the wheels that the engine needs: libraries, C headers, and what CUDA compiles kernels with. */
export function isNeeded(path: string): boolean {
  if (path.startsWith('nvidia/')) return !/\.(h|hpp|cuh|py|a)$/.test(path);
  if (/^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(path)) return true;
  return path.endsWith('.h') && HEADER_FOLDERS.some((folder) => path.startsWith(folder));
}

/** What the addons' sources include, directly or not. */
export const HEADER_FOLDERS: readonly string[] = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/common_runtime/next_pluggable_device/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];
