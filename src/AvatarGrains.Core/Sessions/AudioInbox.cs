namespace AvatarGrains.Core.Sessions;

/// <summary>Microphone audio on its way into a session's loop. Closed inboxes hold no memory; a full one drops.</summary>
internal sealed class AudioInbox
{
    /// <summary>Half a second at 16 kHz: a loop further behind than that has no use for what it missed.</summary>
    private const int Capacity = 8000;

    private readonly Lock _lock = new();
    private short[]? _filling;
    private short[]? _spare;
    private int _count;

    public void Open()
    {
        lock (_lock)
        {
            _filling ??= new short[Capacity];
            _spare ??= new short[Capacity];
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _filling = _spare = null;
            _count = 0;
        }
    }

    /// <summary>Adds samples.</summary>
    /// <returns>True when the reader must be told: the inbox was empty.</returns>
    public bool Push(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            if (_filling is null || samples.Length == 0 || samples.Length > Capacity - _count)
            {
                return false;
            }

            samples.CopyTo(_filling.AsSpan(_count));
            _count += samples.Length;
            return _count == samples.Length;
        }
    }

    /// <summary>Takes all; the span is valid until the next call.</summary>
    public ReadOnlySpan<short> Take()
    {
        lock (_lock)
        {
            if (_filling is null || _count == 0)
            {
                return [];
            }

            var full = _filling;
            var count = _count;
            (_filling, _spare) = (_spare, full);
            _count = 0;
            return full.AsSpan(0, count);
        }
    }
}
