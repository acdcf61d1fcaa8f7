using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Speech;

/// <summary>
/// Encodes one segment: PCM and phonemes in, Opus packets of 20 ms and one face per two packets out. The segment's length is padded to whole faces.
/// The mouth follows the phonemes, or the sound when the first audio comes without any. One owner, not thread-safe.
/// </summary>
internal sealed class SegmentEncoder(IAudioCodecs codecs, Expression expression, bool question) : IDisposable
{
    private readonly List<FaceFrame> _faces = [];
    private byte[] _packed = new byte[4096];
    private int _packedBytes;
    private int _packets;
    private IOpusEncoder? _encoder;
    private IResampler? _resampler;
    private short[] _resampled = [];
    private short[] _frame = [];
    private int _filled;
    private int _inputRate;
    private long _samples;
    private VisemeTimeline? _timeline;
    private EnvelopeTimeline? _envelope;
    private int _firstFace;

    /// <summary>Faces whose packets are ready too.</summary>
    public int ReadyFaces => Math.Min(_packets / 2, _faces.Count);

    /// <summary>Some samples have been added.</summary>
    public bool HasSound => _samples > 0;

    /// <summary>Adds speech.</summary>
    /// <exception cref="EngineException">The sample rate is no rate of speech, or changes inside the segment.</exception>
    public void Add(in PcmBlock audio, IReadOnlyList<PhonemeTiming> phonemes)
    {
        Open(audio, phonemes.Count > 0);
        foreach (var phoneme in phonemes)
        {
            _timeline?.Add(phoneme);
        }

        var samples = Resample(audio.Samples.Span);
        _envelope?.Add(samples, _faces);
        Encode(samples);
        _timeline?.Emit(_faces);
    }

    /// <summary>Ends the segment: pads it and completes its faces.</summary>
    public void Complete()
    {
        if (_encoder is null)
        {
            return;
        }

        var faceSamples = _encoder.SampleRate / 25;
        var rest = (int)(_samples % faceSamples);
        var durationMs = _samples * 1000.0 / _encoder.SampleRate;
        if (rest > 0)
        {
            var padding = new short[faceSamples - rest];
            _envelope?.Add(padding, _faces);
            Encode(padding);
        }

        _timeline?.Complete(durationMs);
        _timeline?.Emit(_faces, _packets == 0 ? _timeline.NextFrame : _firstFace + (_packets / 2));
    }

    /// <summary>Takes the first <paramref name="faces"/> faces and their packets.</summary>
    public SegmentPart Take(int faces, bool last)
    {
        var count = faces * 2;
        var bytes = 0;
        for (var i = 0; i < count; i++)
        {
            bytes += PackedSpeech.LengthBytes + BinaryPrimitives.ReadUInt16LittleEndian(_packed.AsSpan(bytes));
        }

        var packedFaces = PackedSpeech.PackFaces(CollectionsMarshal.AsSpan(_faces)[..faces]);
        var part = new SegmentPart(new PackedSpeech(_packed[..bytes], packedFaces, count), _firstFace, last);
        _packed.AsSpan(bytes, _packedBytes - bytes).CopyTo(_packed);
        _packedBytes -= bytes;
        _packets -= count;
        _faces.RemoveRange(0, faces);
        _firstFace += faces;
        return part;
    }

    public void Dispose()
    {
        _encoder?.Dispose();
        _resampler?.Dispose();
    }

    private static int OpusRate(int rate) => rate switch
    {
        <= 8000 => 8000,
        <= 12000 => 12000,
        <= 16000 => 16000,
        <= 24000 => 24000,
        _ => 48000,
    };

    private void Open(in PcmBlock audio, bool timed)
    {
        if (_encoder is not null)
        {
            if (audio.SampleRate != _inputRate)
            {
                throw new EngineException(
                    EngineFault.Rejected, $"the sample rate changes from {_inputRate} to {audio.SampleRate} Hz inside a segment");
            }

            return;
        }

        if (audio.SampleRate is < 4000 or > 192000)
        {
            throw new EngineException(EngineFault.Rejected, $"{audio.SampleRate} Hz is no sample rate of speech");
        }

        _inputRate = audio.SampleRate;
        var rate = OpusRate(_inputRate);
        _encoder = codecs.CreateOpusEncoder(rate);
        _resampler = rate == _inputRate ? null : codecs.CreateResampler(_inputRate, rate);
        _frame = new short[rate / 50];
        if (timed)
        {
            _timeline = new VisemeTimeline(expression, question);
        }
        else
        {
            _envelope = new EnvelopeTimeline(rate, expression);
        }
    }

    private ReadOnlySpan<short> Resample(ReadOnlySpan<short> samples)
    {
        if (_resampler is null)
        {
            return samples;
        }

        var room = _resampler.MaxOutput(samples.Length);
        if (_resampled.Length < room)
        {
            _resampled = new short[room * 2];
        }

        return _resampled.AsSpan(0, _resampler.Process(samples, _resampled));
    }

    private void Encode(ReadOnlySpan<short> samples)
    {
        _samples += samples.Length;
        while (samples.Length > 0)
        {
            var count = Math.Min(samples.Length, _frame.Length - _filled);
            samples[..count].CopyTo(_frame.AsSpan(_filled));
            samples = samples[count..];
            _filled += count;
            if (_filled == _frame.Length)
            {
                _filled = 0;
                EncodeFrame();
            }
        }
    }

    /// <summary>Encodes into the array that becomes the segment's next piece.</summary>
    private void EncodeFrame()
    {
        if (_packed.Length - _packedBytes < PackedSpeech.LengthBytes + PackedSpeech.MaxPacket)
        {
            Array.Resize(ref _packed, _packed.Length * 2);
        }

        var at = _packed.AsSpan(_packedBytes);
        var length = _encoder!.Encode(_frame, at.Slice(PackedSpeech.LengthBytes, PackedSpeech.MaxPacket));
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)length);
        _packedBytes += PackedSpeech.LengthBytes + length;
        _packets++;
    }
}
