using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Edge;

/// <summary>
/// One client's microphone: Opus packets in, an unbroken stream of 16 kHz samples out. Lost packets are concealed, pauses in transmission
/// are filled with silence, because endpointing counts samples. On the loop only; nothing is decoded while nobody listens.
/// </summary>
internal sealed class MicrophonePath(ISession session, IAudioCodecs codecs) : IDisposable
{
    private const int SampleRate = 16000;
    private const int FrameSamples = SampleRate / 50;
    private const uint FrameTicks = 960;
    private const int MaxConcealed = 5;
    private const int MaxGapFrames = 50;
    private const long DriedUpAfter = 200_000;
    private const int MaxFillerFrames = 150;

    private static readonly short[] Silence = new short[FrameSamples];

    private short[] _pcm = [];
    private IOpusDecoder? _decoder;
    private bool _heard;
    private ushort _lastSequence;
    private uint _nextTimestamp;
    private long _lastAt;
    private int _filler;

    /// <summary>True while the session wants to hear.</summary>
    public bool IsOpen { get; private set; }

    public void Open(bool open)
    {
        IsOpen = open;
        _heard = false;
    }

    public void Receive(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now)
    {
        if (!IsOpen || (_heard && (short)(sequence - _lastSequence) <= 0))
        {
            return;
        }

        if (_decoder is null)
        {
            // Most clients only watch: they need neither.
            _decoder = codecs.CreateOpusDecoder(SampleRate);
            _pcm = new short[FrameSamples * 6];
        }

        if (_heard)
        {
            Bridge(sequence, timestamp);
        }

        _heard = true;
        _lastSequence = sequence;
        _lastAt = now;
        _filler = 0;
        var samples = _decoder.Decode(opus, _pcm);
        if (samples <= 0)
        {
            // Not Opus: as good as lost.
            samples = FrameSamples;
            Silence.CopyTo(_pcm.AsSpan());
        }

        _nextTimestamp = timestamp + (uint)(samples * 3);
        session.PushAudio(_pcm.AsSpan(0, samples));
    }

    /// <summary>Called every 20 ms: an utterance must come to its end even when the microphone's packets stop.</summary>
    public void Tick(long now)
    {
        if (IsOpen && _heard && now - _lastAt > DriedUpAfter && _filler < MaxFillerFrames)
        {
            _filler++;
            session.PushAudio(Silence);
        }
    }

    public void Dispose() => _decoder?.Dispose();

    private void Bridge(ushort sequence, uint timestamp)
    {
        var missing = (int)(timestamp - _nextTimestamp) / (int)FrameTicks;
        var lost = (ushort)(sequence - _lastSequence - 1);
        if (missing <= 0 || missing > MaxGapFrames)
        {
            return;
        }

        // Lost packets are concealed for a while; a gap without loss is a pause in transmission.
        var concealed = Math.Min(Math.Min(missing, lost), MaxConcealed);
        for (var i = 0; i < concealed; i++)
        {
            var samples = _decoder!.Conceal(_pcm.AsSpan(0, FrameSamples));
            session.PushAudio(_pcm.AsSpan(0, Math.Max(0, samples)));
        }

        for (var i = concealed + _filler; i < missing; i++)
        {
            session.PushAudio(Silence);
        }
    }
}
