using System.Buffers;
using System.Collections;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace AvatarGrains.Grains.Contracts.Codecs;

/// <summary>
/// Sends the lists that the compiler makes of <c>[a, b]</c> where an <see cref="IReadOnlyList{T}"/> is wanted: other assemblies have no such types,
/// so they arrive as arrays.
/// </summary>
internal sealed class CompilerListCodec(ICodecProvider codecs) : IGeneralizedCodec
{
    public bool IsSupportedType(Type type) => type.IsGenericType && type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal);

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var list = (ICollection)value!;
        var array = Array.CreateInstance(list.GetType().GetGenericArguments()[0], list.Count);
        list.CopyTo(array, 0);
        codecs.GetCodec(array.GetType()).WriteField(ref writer, fieldIdDelta, expectedType, array);
    }

    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        throw new NotSupportedException("Such a list is sent as an array, and read as one.");
}
