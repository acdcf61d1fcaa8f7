using AvatarGrains.Core.Media;

namespace AvatarGrains.Native.Opus;

/// <summary>libopus, one mono stream in packets of 20 ms.</summary>
internal sealed unsafe class OpusEncoder : IOpusEncoder
{
    private const int MaxPacket = 1275;
    private readonly OpusEncoderHandle _handle;
    private readonly int _frame;

    public OpusEncoder(int sampleRate, OpusSettings settings)
    {
        var application = settings.Application == OpusApplication.Voip ? NativeOpus.ApplicationVoip : NativeOpus.ApplicationAudio;
        _handle = NativeOpus.opus_encoder_create(sampleRate, 1, application, out var error);
        if (error != 0)
        {
            _handle.Dispose();
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, $"Opus takes 8, 12, 16, 24 or 48 kHz (error {error})");
        }

        SampleRate = sampleRate;
        _frame = sampleRate / 50;
        Set(NativeOpus.SetBitrate, settings.Bitrate, nameof(settings.Bitrate));
        Set(NativeOpus.SetComplexity, settings.Complexity, nameof(settings.Complexity));
        Set(NativeOpus.SetDtx, settings.Dtx ? 1 : 0, nameof(settings.Dtx));
        Set(NativeOpus.SetInbandFec, settings.Fec ? 1 : 0, nameof(settings.Fec));
        Set(NativeOpus.SetPacketLossPercent, settings.Fec ? settings.ExpectedLossPercent : 0, nameof(settings.ExpectedLossPercent));
        if (settings.Application == OpusApplication.Voip)
        {
            Set(NativeOpus.SetSignal, NativeOpus.SignalVoice, nameof(settings.Application));
        }
    }

    public int SampleRate { get; }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> packet)
    {
        if (pcm.Length != _frame)
        {
            throw new ArgumentException($"a frame is {_frame} samples, not {pcm.Length}", nameof(pcm));
        }

        fixed (short* samples = pcm)
        fixed (byte* data = packet)
        {
            var length = NativeOpus.opus_encode(_handle, samples, _frame, data, Math.Min(packet.Length, MaxPacket));
            return length > 0 ? length : throw new InvalidOperationException($"opus_encode failed with {length} for {packet.Length} bytes of room");
        }
    }

    public void Dispose() => _handle.Dispose();

    private void Set(int request, int value, string name)
    {
        if (NativeOpus.opus_encoder_ctl(_handle, request, value) != 0)
        {
            _handle.Dispose();
            throw new ArgumentOutOfRangeException(name, value, $"Opus refuses {name} {value}");
        }
    }
}
