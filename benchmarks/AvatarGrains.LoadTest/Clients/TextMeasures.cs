using AvatarGrains.LoadTest.Measuring;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>What clients without media saw. Any thread.</summary>
internal sealed class TextMeasures
{
    private readonly Lock _gate = new();
    private Histogram _words = new();
    private Histogram _speech = new();

    /// <summary>Answers that failed or connections that broke since the start.</summary>
    public long Failures { get; private set; }

    public void Words(TimeSpan took)
    {
        lock (_gate)
        {
            _words.Add((long)took.TotalMicroseconds);
        }
    }

    public void Speech(TimeSpan took)
    {
        lock (_gate)
        {
            _speech.Add((long)took.TotalMicroseconds);
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            Failures++;
        }
    }

    /// <summary>The question to the first words, and a text to the first of its speech, µs, since the last call.</summary>
    public (Histogram Words, Histogram Speech) Take()
    {
        lock (_gate)
        {
            var taken = (_words, _speech);
            (_words, _speech) = (new Histogram(), new Histogram());
            return taken;
        }
    }
}
