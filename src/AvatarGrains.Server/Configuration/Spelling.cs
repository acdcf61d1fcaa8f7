namespace AvatarGrains.Server.Configuration;

/// <summary>Guesses what a misspelt name should have been.</summary>
internal static class Spelling
{
    private const int MostWrong = 2;

    /// <returns>Words to put behind "there is no …", empty when nothing is near.</returns>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var near = known.Select(one => (Name: one, Wrong: Distance(one.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(one => one.Wrong <= MostWrong).OrderBy(one => one.Wrong).FirstOrDefault().Name;
        return near is null ? "" : $"; is {near} meant?";
    }

    /// <summary>How many letters must be put in, left out or changed to make one word of another (Levenshtein 1966).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (corner, first) = (row[0], i);
            row[0] = first;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = corner + (one[i - 1] == other[j - 1] ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
