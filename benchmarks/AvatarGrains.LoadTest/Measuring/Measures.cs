namespace AvatarGrains.LoadTest.Measuring;

/// <summary>What all clients saw. Written on the clients' media loop alone; histograms fill only while <see cref="IsRecording"/>.</summary>
internal sealed class Measures
{
    private volatile bool _recording;

    /// <summary>True inside the measured window.</summary>
    public bool IsRecording { get => _recording; set => _recording = value; }

    /// <summary>A frame's last packet against the frame's RTP time, µs.</summary>
    public Histogram FrameLate { get; } = new();

    public Histogram AudioLate { get; } = new();

    public Histogram FrameJitter { get; } = new();

    /// <summary>Distance of sound and picture that belong together, either way, µs.</summary>
    public Histogram Skew { get; } = new();

    public Histogram TextToAudio { get; } = new();

    public Histogram TextToMouth { get; } = new();

    public Histogram BargeIn { get; } = new();

    /// <summary>
    /// From the end of a question asked aloud to the first sound of the answer, the pause that tells that it has ended included, µs.
    /// </summary>
    public Histogram SpeechToAudio { get; } = new();

    /// <summary>From the first request until the first key frame is there whole, µs. Kept through <see cref="Restart"/>.</summary>
    public Histogram Join { get; } = new();

    public long Frames { get; set; }

    public long AudioPackets { get; set; }

    public long SpeechPackets { get; set; }

    public long Utterances { get; set; }

    /// <summary>Connections that ended though nobody asked them to.</summary>
    public long Lost { get; set; }

    public long ErrorMessages { get; set; }

    /// <summary>Starts a new window. On the loop.</summary>
    public void Restart()
    {
        foreach (var one in new[] { FrameLate, AudioLate, FrameJitter, Skew, TextToAudio, TextToMouth, BargeIn, SpeechToAudio })
        {
            one.Clear();
        }

        Frames = AudioPackets = SpeechPackets = Utterances = 0;
        _recording = true;
    }
}
