namespace Lamb.Gpu.Files;

/// <summary>The types of elements that files hold, by the names of safetensors.</summary>
internal enum TensorElement
{
    F32,
    F16,
    BF16,
    I64,
    F64,
}
