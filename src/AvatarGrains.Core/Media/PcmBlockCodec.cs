using System.Runtime.InteropServices;
using Orleans;

namespace AvatarGrains.Core.Media;

/// <summary>Sound on its way to another silo: samples in two bytes each, little-endian.</summary>
[GenerateSerializer, Immutable, Alias("ag.Pcm")]
internal readonly record struct PcmBytes([property: Id(0)] byte[] Samples, [property: Id(1)] int SampleRate);

[RegisterConverter]
internal sealed class PcmBlockCodec : IConverter<PcmBlock, PcmBytes>
{
    public PcmBlock ConvertFromSurrogate(in PcmBytes surrogate) =>
        new(MemoryMarshal.Cast<byte, short>(surrogate.Samples).ToArray(), surrogate.SampleRate);

    public PcmBytes ConvertToSurrogate(in PcmBlock value) => new(MemoryMarshal.AsBytes(value.Samples.Span).ToArray(), value.SampleRate);
}
