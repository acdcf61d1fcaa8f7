namespace AvatarGrains.Native.Espeak;

/// <summary>
/// Tells languages whose installed dictionary is only a stub: their voice file says how large a whole one is at least (dict_min, bytes).
/// The library speaks such a language badly and complains on the standard error output whenever it is selected.
/// </summary>
/// <param name="dataFolder">The folder of espeak-ng's data.</param>
internal sealed class EspeakDictionaries(string dataFolder)
{
    /// <param name="voice">The voice's identifier: its file below <c>lang</c>.</param>
    public bool AreWhole(string voice)
    {
        var file = Path.Combine(dataFolder, "lang", voice);
        if (!File.Exists(file))
        {
            return true;
        }

        var name = Path.GetFileName(voice);
        var least = 0L;
        foreach (var line in File.ReadLines(file))
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var key, var value, ..])
            {
                continue;
            }

            if (key == "dict_min" && long.TryParse(value, out var bytes))
            {
                least = bytes;
            }
            else if (key == "dictionary")
            {
                name = value;
            }
        }

        var dictionary = new FileInfo(Path.Combine(dataFolder, name + "_dict"));
        return least == 0 || (dictionary.Exists && dictionary.Length >= least);
    }
}
