namespace AvatarGrains.Client.Media;

/// <summary>Relates audio and video to one clock by their sender reports, and so tells how far one arrives ahead of the other.</summary>
public sealed class SyncMeter
{
    private const double NtpUnitsPerMicrosecond = 4294.967296;

    private Anchor _audio;
    private Anchor _video;
    private long _audioTransit;
    private bool _heard;

    /// <summary>True once both streams have reported.</summary>
    public bool IsReady => _audio.Known && _video.Known;

    /// <summary>Takes a sender report.</summary>
    public void Report(bool video, ulong ntp, uint timestamp)
    {
        var anchor = new Anchor(true, (long)((ntp >> 32) * 1_000_000) + (long)((ntp & 0xFFFF_FFFF) / NtpUnitsPerMicrosecond), timestamp);
        if (video)
        {
            _video = anchor;
        }
        else
        {
            _audio = anchor;
        }
    }

    /// <summary>The sender's time at which a packet of the audio stream is to be heard, µs.</summary>
    public long AudioTime(uint timestamp) => _audio.At + ((int)(timestamp - _audio.Timestamp) * 125L / 6);

    /// <summary>The sender's time at which a frame is to be seen, µs.</summary>
    public long VideoTime(uint timestamp) => _video.At + ((int)(timestamp - _video.Timestamp) * 100L / 9);

    public void Take(in AudioArrival audio)
    {
        if (IsReady)
        {
            _heard = true;
            _audioTransit = audio.At - AudioTime(audio.Timestamp);
        }
    }

    /// <summary>
    /// How much later than the sound that belongs to it a frame arrives, µs; negative when it comes first. Null while that is not known.
    /// </summary>
    public long? Skew(in FrameArrival frame) => IsReady && _heard ? frame.At - VideoTime(frame.Timestamp) - _audioTransit : null;

    private readonly record struct Anchor(bool Known, long At, uint Timestamp);
}
