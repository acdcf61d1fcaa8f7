using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Asr.Models;

/// <summary>Builds and keeps the models of <see cref="SpokenModel"/> in a folder per knowledge base. Thread-safe for different ids.</summary>
internal sealed class SpokenModelBuilder(PocketSphinxOptions options)
{
    /// <summary>Changes when models built earlier are not to be used any more.</summary>
    private const string Version = "2";

    private const int CommonWords = 2500;
    private const int MostWords = 20_000;
    private const int MostKept = 100;

    /// <summary>Loads the model of a text, or builds it where there is none yet.</summary>
    public SpokenModel Build(KnowledgeText text)
    {
        var id = $"{text.Id}-{Version}";
        var folder = Path.Combine(options.CacheFolder, id);
        var model = new SpokenModel(id, Path.Combine(folder, "model.arpa"), Path.Combine(folder, "model.dict"), new HashSet<string>());
        var words = Path.Combine(folder, "domain.txt");
        if (!File.Exists(words))
        {
            Write(text, folder);
        }

        return model with { DomainWords = File.ReadLines(words).ToHashSet() };
    }

    /// <summary>Writes into a folder of its own and renames it, so that a half-written model is never seen.</summary>
    private void Write(KnowledgeText text, string folder)
    {
        var draft = folder + "." + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(draft);
        var corpus = SpokenCorpus.From(text);
        using var general = new GeneralSpeech(options.GeneralModel);
        var common = general.Commonest(CommonWords);
        var own = corpus.Sentences.SelectMany(s => s.Words).Distinct().Take(MostWords).ToHashSet();
        own.UnionWith(Inflections(own));
        var pronounced = Pronunciations.Find(options.PronouncingDictionary, own.Union(common).ToHashSet(), corpus.Acronyms);
        var counts = new DomainCounts();
        foreach (var (sentence, weight, whole) in corpus.Sentences.Where(s => s.Words.All(pronounced.ContainsKey)))
        {
            counts.Add(sentence, weight, whole);
        }

        foreach (var word in pronounced.Keys.Order(StringComparer.Ordinal))
        {
            counts.Id(word);
        }

        using (var arpa = new StreamWriter(Path.Combine(draft, "model.arpa")))
        {
            new TrigramMixture(counts, general, [.. common.Where(pronounced.ContainsKey).Select(counts.Id)]).WriteArpa(arpa);
        }

        WriteDictionary(Path.Combine(draft, "model.dict"), pronounced);
        File.WriteAllLines(Path.Combine(draft, "domain.txt"), own.Order(StringComparer.Ordinal));
        Publish(draft, folder);
    }

    private void Publish(string draft, string folder)
    {
        try
        {
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process has built the same model meanwhile.
            Directory.Delete(draft, true);
        }

        var kept = new DirectoryInfo(options.CacheFolder).GetDirectories()
            .OrderByDescending(d => d.LastWriteTimeUtc)
            .ThenBy(d => d.Name, StringComparer.Ordinal);
        foreach (var old in kept.Skip(MostKept))
        {
            old.Delete(true);
        }
    }

    private static void WriteDictionary(string path, Dictionary<string, List<string>> pronounced)
    {
        using var writer = new StreamWriter(path);
        foreach (var (word, list) in pronounced.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            for (var i = 0; i < list.Count; i++)
            {
                writer.Write(i == 0 ? $"{word} {list[i]}\n" : $"{word}({i + 1}) {list[i]}\n");
            }
        }
    }

    /// <summary>Other forms of the words: a text with "cancelled" is asked about by "can I cancel".</summary>
    private IEnumerable<string> Inflections(HashSet<string> words)
    {
        var stems = words.Where(w => w.Length > 3 && !QueryWords.IsStopWord(w)).Select(Stemmer.Stem).ToHashSet();
        return [.. Pronunciations.Read(options.PronouncingDictionary).Select(p => p.Word)
            .Where(w => w.Length > 3 && !w.Contains('\'') && !w.Contains('.') && stems.Contains(Stemmer.Stem(w))).Distinct()];
    }
}
