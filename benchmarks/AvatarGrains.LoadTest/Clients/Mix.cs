using System.Globalization;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Shares of behaviours among clients. Any number of first clients has them as evenly as whole numbers can.</summary>
internal sealed class Mix
{
    private readonly (Behaviour Behaviour, int Weight)[] _shares;
    private readonly List<Behaviour> _given = [];
    private readonly Lock _gate = new();

    private Mix((Behaviour, int)[] shares) => _shares = shares;

    /// <summary>Reads <c>idle:50,listening:20,speaking:30</c>.</summary>
    /// <exception cref="FormatException">It is not of that form, or nobody in it receives media.</exception>
    public static Mix Parse(string text)
    {
        var shares = text.Split(',', StringSplitOptions.TrimEntries).Select(Share).ToArray();
        return Array.Exists(shares, one => one.Item1 is not (Behaviour.Socket or Behaviour.Events) && one.Item2 > 0)
            ? new Mix(shares)
            : throw new FormatException($"--mix {text}: somebody has to receive media");
    }

    /// <summary>What client number <paramref name="index"/> does.</summary>
    public Behaviour At(int index)
    {
        lock (_gate)
        {
            while (_given.Count <= index)
            {
                _given.Add(
                    _shares.MaxBy(one => (one.Weight * (_given.Count + 1.0)) - (Total * _given.Count(given => given == one.Behaviour))).Behaviour);
            }

            return _given[index];
        }
    }

    private int Total => _shares.Sum(one => one.Weight);

    private static (Behaviour, int) Share(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2
            && Enum.TryParse<Behaviour>(parts[0], ignoreCase: true, out var behaviour)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
            ? (behaviour, weight)
            : throw new FormatException(
                $"--mix: '{text}' is not like idle:50; there are {string.Join(", ", Enum.GetNames<Behaviour>()).ToLowerInvariant()}");
    }
}
