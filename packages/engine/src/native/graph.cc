// TensorFlow graphs for JavaScript, over TensorFlow's C API: building one op after another with their shapes inferred as
// they are added, and running them in a session that keeps variables.
#include <napi.h>
#include <tensorflow/c/c_api.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "batch-norm.h"

namespace {

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
struct BufferDeleter {
  void operator()(TF_Buffer* buffer) const { TF_DeleteBuffer(buffer); }
};
using Status = std::unique_ptr<TF_Status, StatusDeleter>;
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;
using Buffer = std::unique_ptr<TF_Buffer, BufferDeleter>;

Status NewStatus() { return Status(TF_NewStatus()); }

void Check(Napi::Env env, const Status& status) {
  if (TF_GetCode(status.get()) != TF_OK) throw Napi::Error::New(env, TF_Message(status.get()));
}

std::vector<int64_t> ReadShape(const Napi::Value& value) {
  std::vector<int64_t> shape;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) shape.push_back(array.Get(i).ToNumber().Int64Value());
  return shape;
}

std::vector<std::string> ReadStrings(const Napi::Value& value) {
  std::vector<std::string> strings;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) strings.push_back(array.Get(i).ToString());
  return strings;
}

/** A tensor of { dtype, shape, data: Uint8Array }: the bytes are copied. */
Tensor ReadTensor(const Napi::Value& value) {
  const auto object = value.As<Napi::Object>();
  const auto dtype = static_cast<TF_DataType>(object.Get("dtype").ToNumber().Int32Value());
  const auto shape = ReadShape(object.Get("shape"));
  const auto data = object.Get("data").As<Napi::Uint8Array>();
  int64_t bytes = TF_DataTypeSize(dtype);
  for (const int64_t size : shape) bytes *= size;
  if (bytes != static_cast<int64_t>(data.ByteLength())) {
    throw Napi::Error::New(value.Env(), "a tensor of " + std::to_string(bytes) + " bytes has " +
                                            std::to_string(data.ByteLength()));
  }
  Tensor tensor(TF_AllocateTensor(dtype, shape.data(), shape.size(), bytes));
  if (bytes > 0) std::memcpy(TF_TensorData(tensor.get()), data.Data(), bytes);
  return tensor;
}

/** { dtype, shape, data: ArrayBuffer }: the bytes are copied, so that nothing holds on to TensorFlow's memory. */
Napi::Value WriteTensor(Napi::Env env, TF_Tensor* tensor) {
  auto object = Napi::Object::New(env);
  auto shape = Napi::Array::New(env);
  for (int i = 0; i < TF_NumDims(tensor); ++i) shape.Set(i, Napi::Number::New(env, TF_Dim(tensor, i)));
  const size_t bytes = TF_TensorByteSize(tensor);
  auto data = Napi::ArrayBuffer::New(env, bytes);
  if (bytes > 0) std::memcpy(data.Data(), TF_TensorData(tensor), bytes);
  object.Set("dtype", Napi::Number::New(env, TF_TensorType(tensor)));
  object.Set("shape", shape);
  object.Set("data", data);
  return object;
}

/** What one call of a session needs, apart from JavaScript: it may run on another thread. */
struct Call {
  std::vector<TF_Output> feeds;
  std::vector<Tensor> values;
  std::vector<TF_Output> fetches;
  std::vector<const TF_Operation*> targets;
  std::vector<Tensor> results;
  Buffer metadata;

  void Run(TF_Session* session, TF_Status* status) {
    static const char kFullTrace[] = {0x08, 0x03};  // RunOptions { trace_level: FULL_TRACE }
    std::vector<TF_Tensor*> in, out(fetches.size(), nullptr);
    for (const auto& value : values) in.push_back(value.get());
    Buffer options(metadata ? TF_NewBufferFromString(kFullTrace, sizeof kFullTrace) : nullptr);
    TF_SessionRun(session, options.get(), feeds.data(), in.data(), in.size(), fetches.data(), out.data(), out.size(),
                  targets.data(), targets.size(), metadata.get(), status);
    for (TF_Tensor* tensor : out) results.emplace_back(tensor);
    values.clear();
  }

  Napi::Value Results(Napi::Env env) const {
    auto array = Napi::Array::New(env, results.size());
    for (size_t i = 0; i < results.size(); ++i) array.Set(i, WriteTensor(env, results[i].get()));
    return array;
  }
};

class Runner : public Napi::AsyncWorker {
 public:
  Runner(Napi::Env env, Napi::Object graph, TF_Session* session, Call call)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        graph_(Napi::Persistent(graph)),
        session_(session),
        call_(std::move(call)) {}

  Napi::Promise Promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    const auto status = NewStatus();
    call_.Run(session_, status.get());
    if (TF_GetCode(status.get()) != TF_OK) SetError(TF_Message(status.get()));
  }
  void OnOK() override { deferred_.Resolve(call_.Results(Env())); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference graph_;  // keeps the session alive while it runs
  TF_Session* session_;
  Call call_;
};

class Graph : public Napi::ObjectWrap<Graph> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Graph",
                       {InstanceMethod<&Graph::AddOp>("addOp"), InstanceMethod<&Graph::Open>("open"),
                        InstanceMethod<&Graph::Run>("run"), InstanceMethod<&Graph::RunAsync>("runAsync"),
                        InstanceMethod<&Graph::Profile>("profile"), InstanceMethod<&Graph::Close>("close")});
  }

  explicit Graph(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Graph>(info), graph_(TF_NewGraph()) {}

  ~Graph() override { Release(); }

 private:
  /** addOp(type, name, inputs: string | string[][], controls, attrs) -> [{ dtype, shape | null }] */
  Napi::Value AddOp(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    RequireGraph(env);
    const std::string type = info[0].ToString(), name = info[1].ToString();
    TF_OperationDescription* op = TF_NewOperation(graph_, type.c_str(), name.c_str());
    // A description can only be freed by finishing it: a JavaScript error is kept until then.
    std::string error;
    try {
      Describe(env, op, info[2].As<Napi::Array>(), info[3].As<Napi::Array>(), info[4].As<Napi::Array>());
    } catch (const Napi::Error& thrown) {
      error = thrown.Message();
    }
    const auto status = NewStatus();
    TF_Operation* added = TF_FinishOperation(op, status.get());
    if (!error.empty()) throw Napi::Error::New(env, error);
    Check(env, status);
    return Outputs(env, added);
  }

  void Describe(Napi::Env env, TF_OperationDescription* op, const Napi::Array& inputs, const Napi::Array& controls,
                const Napi::Array& attrs) {
    for (uint32_t i = 0; i < inputs.Length(); ++i) {
      const Napi::Value input = inputs.Get(i);
      if (input.IsArray()) {
        const auto list = OutputsOf(input);
        TF_AddInputList(op, list.data(), list.size());
      } else {
        TF_AddInput(op, OutputOf(env, input.ToString()));
      }
    }
    for (const auto& control : ReadStrings(controls)) TF_AddControlInput(op, OperationOf(env, control));
    for (uint32_t i = 0; i < attrs.Length(); ++i) SetAttr(env, op, attrs.Get(i).As<Napi::Object>());
  }

  static void SetAttr(Napi::Env env, TF_OperationDescription* op, const Napi::Object& attr) {
    const std::string name = attr.Get("name").ToString();
    const Napi::Value value = attr.Get("value");
    const int kind = attr.Get("type").ToNumber().Int32Value();
    const char* key = name.c_str();
    if (value.IsArray() && kind != TF_ATTR_SHAPE) return SetListAttr(env, op, name, kind, value.As<Napi::Array>());
    switch (kind) {
      case TF_ATTR_STRING: {
        const std::string text = value.ToString();
        return TF_SetAttrString(op, key, text.data(), text.size());
      }
      case TF_ATTR_INT:
        return TF_SetAttrInt(op, key, value.ToNumber().Int64Value());
      case TF_ATTR_FLOAT:
        return TF_SetAttrFloat(op, key, value.ToNumber().FloatValue());
      case TF_ATTR_BOOL:
        return TF_SetAttrBool(op, key, value.ToBoolean());
      case TF_ATTR_TYPE:
        return TF_SetAttrType(op, key, static_cast<TF_DataType>(value.ToNumber().Int32Value()));
      case TF_ATTR_SHAPE: {
        const auto shape = ReadShape(value);
        return TF_SetAttrShape(op, key, shape.data(), shape.size());
      }
      case TF_ATTR_TENSOR: {
        const auto status = NewStatus();
        const auto tensor = ReadTensor(value);
        TF_SetAttrTensor(op, key, tensor.get(), status.get());
        return Check(env, status);
      }
    }
    throw Napi::Error::New(env, "attribute " + name + " is of the unknown kind " + std::to_string(kind));
  }

  static void SetListAttr(Napi::Env env, TF_OperationDescription* op, const std::string& name, int kind,
                          const Napi::Array& list) {
    if (kind == TF_ATTR_INT) {
      const auto values = ReadShape(list);
      return TF_SetAttrIntList(op, name.c_str(), values.data(), values.size());
    }
    if (kind == TF_ATTR_FLOAT) {
      std::vector<float> values;
      for (uint32_t i = 0; i < list.Length(); ++i) values.push_back(list.Get(i).ToNumber().FloatValue());
      return TF_SetAttrFloatList(op, name.c_str(), values.data(), values.size());
    }
    throw Napi::Error::New(env, "attribute " + name + " is a list of the unknown kind " + std::to_string(kind));
  }

  Napi::Value Outputs(Napi::Env env, TF_Operation* op) {
    auto outputs = Napi::Array::New(env);
    for (int i = 0; i < TF_OperationNumOutputs(op); ++i) {
      const TF_Output output = {op, i};
      auto facts = Napi::Object::New(env);
      facts.Set("dtype", Napi::Number::New(env, TF_OperationOutputType(output)));
      facts.Set("shape", InferredShape(env, output));
      outputs.Set(i, facts);
    }
    return outputs;
  }

  /** null: the rank or a size depends on values. */
  Napi::Value InferredShape(Napi::Env env, TF_Output output) {
    const auto status = NewStatus();
    const int rank = TF_GraphGetTensorNumDims(graph_, output, status.get());
    Check(env, status);
    if (rank < 0) return env.Null();
    std::vector<int64_t> sizes(rank);
    TF_GraphGetTensorShape(graph_, output, sizes.data(), rank, status.get());
    Check(env, status);
    auto shape = Napi::Array::New(env);
    for (int i = 0; i < rank; ++i) {
      if (sizes[i] < 0) return env.Null();
      shape.Set(i, Napi::Number::New(env, sizes[i]));
    }
    return shape;
  }

  /** open(config: serialised ConfigProto): what was added later is part of the session all the same. */
  void Open(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    RequireGraph(env);
    const auto config = info[0].As<Napi::Uint8Array>();
    const auto status = NewStatus();
    TF_SessionOptions* options = TF_NewSessionOptions();
    TF_SetConfig(options, config.Data(), config.ByteLength(), status.get());
    if (TF_GetCode(status.get()) == TF_OK) session_ = TF_NewSession(graph_, options, status.get());
    TF_DeleteSessionOptions(options);
    Check(env, status);
  }

  /** run(feeds: { name: { dtype, shape, data } }, fetches: string[], targets: string[]) -> [{ dtype, shape, data }] */
  Napi::Value Run(const Napi::CallbackInfo& info) {
    auto call = ReadCall(info);
    const auto status = NewStatus();
    call.Run(session_, status.get());
    Check(info.Env(), status);
    return call.Results(info.Env());
  }

  /** As run, on another thread. */
  Napi::Value RunAsync(const Napi::CallbackInfo& info) {
    auto* runner = new Runner(info.Env(), info.This().As<Napi::Object>(), session_, ReadCall(info));
    runner->Queue();
    return runner->Promise();
  }

  /** As run; returns the serialised RunMetadata with the times of all ops instead of the results. */
  Napi::Value Profile(const Napi::CallbackInfo& info) {
    auto call = ReadCall(info);
    call.metadata.reset(TF_NewBuffer());
    const auto status = NewStatus();
    call.Run(session_, status.get());
    Check(info.Env(), status);
    return Napi::Buffer<char>::Copy(info.Env(), static_cast<const char*>(call.metadata->data), call.metadata->length);
  }

  Call ReadCall(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (session_ == nullptr) throw Napi::Error::New(env, "the graph has no open session");
    Call call;
    const auto feeds = info[0].As<Napi::Object>();
    for (const auto& name : ReadStrings(feeds.GetPropertyNames())) {
      call.feeds.push_back(OutputOf(env, name));
      call.values.push_back(ReadTensor(feeds.Get(name)));
    }
    call.fetches = OutputsOf(info[1]);
    for (const auto& name : ReadStrings(info[2])) call.targets.push_back(OperationOf(env, name));
    return call;
  }

  void Close(const Napi::CallbackInfo&) { Release(); }

  void Release() {
    const auto status = NewStatus();
    if (session_ != nullptr) {
      TF_CloseSession(session_, status.get());
      TF_DeleteSession(session_, status.get());
      session_ = nullptr;
    }
    if (graph_ != nullptr) TF_DeleteGraph(graph_);
    graph_ = nullptr;
  }

  void RequireGraph(Napi::Env env) const {
    if (graph_ == nullptr) throw Napi::Error::New(env, "the graph is closed");
  }

  TF_Operation* OperationOf(Napi::Env env, const std::string& name) {
    TF_Operation* op = TF_GraphOperationByName(graph_, name.c_str());
    if (op == nullptr) throw Napi::Error::New(env, "the graph has no op " + name);
    return op;
  }

  /** "name" or "name:2" */
  TF_Output OutputOf(Napi::Env env, const std::string& text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string::npos) return {OperationOf(env, text), 0};
    return {OperationOf(env, text.substr(0, colon)), std::stoi(text.substr(colon + 1))};
  }

  std::vector<TF_Output> OutputsOf(const Napi::Value& names) {
    std::vector<TF_Output> outputs;
    for (const auto& name : ReadStrings(names)) outputs.push_back(OutputOf(names.Env(), name));
    return outputs;
  }

  TF_Graph* graph_;
  TF_Session* session_ = nullptr;
};

/** Whether TensorFlow has our ops; registered for all threads of the process by the first that asks. */
bool HasKernels() {
#if VIEWGAP_HAS_KERNELS
  static const bool registered = [] {
    const auto status = NewStatus();
    viewgap::RegisterBatchNorm(status.get());
    return TF_GetCode(status.get()) == TF_OK;
  }();
  return registered;
#else
  return false;
#endif
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Graph", Graph::Define(env));
  exports.Set("hasKernels", Napi::Boolean::New(env, HasKernels()));
  return exports;
}

}  // namespace

NODE_API_MODULE(viewgap_graph, Init)
