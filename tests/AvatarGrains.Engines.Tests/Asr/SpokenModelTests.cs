using System.Globalization;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Asr.Models;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Native;

namespace AvatarGrains.Engines.Tests.Asr;

public sealed class SpokenModelTests
{
    [Theory]
    [InlineData("pˈoʊkɪt", "P OW K IH T")]
    [InlineData("dʒˈiːpˌiːjˈuː", "JH IY P IY Y UW")]
    [InlineData("tʃˈɜːtʃ", "CH ER CH")]
    [InlineData("ɚ", "ER")]
    [InlineData("", "")]
    [InlineData("漢", "")]
    public void Ipa_becomes_phones_of_the_dictionary(string ipa, string phones) => Assert.Equal(phones, IpaToArpabet.Convert(ipa));

    [Fact]
    public void Words_of_a_text_are_in_the_model_with_pronunciations_and_every_history_sums_to_one()
    {
        Assert.SkipUnless(
            NativeResolver.IsAvailable("sphinxbase") && File.Exists(new PocketSphinxOptions("").GeneralModel), "pocketsphinx-en-us is not installed");
        var folder = Directory.CreateTempSubdirectory("avatargrains-lm");
        try
        {
            var known = KnowledgeBase.FromText("Shop", "The Zworgle costs 5 dollars.\n\n## Does the GPU blink?\n\nYes, it does.");
            var model = new SpokenModelBuilder(new PocketSphinxOptions(folder.FullName)).Build(known.ForRecognition);
            var dictionary = File.ReadAllLines(model.Dictionary);
            Assert.Contains(dictionary, l => l.StartsWith("zworgle ", StringComparison.Ordinal));
            Assert.Contains(dictionary, l => l is "gpu JH IY P IY Y UW" or "gpu(2) JH IY P IY Y UW");
            Assert.Contains("blink", model.DomainWords);
            CheckArpa(File.ReadAllLines(model.LanguageModel));

            var written = File.GetLastWriteTimeUtc(model.LanguageModel);
            Assert.Equal(
                model.LanguageModel, new SpokenModelBuilder(new PocketSphinxOptions(folder.FullName)).Build(known.ForRecognition).LanguageModel);
            Assert.Equal(written, File.GetLastWriteTimeUtc(model.LanguageModel));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    /// <summary>Sums unigrams, and for a few histories the listed words plus the backed-off rest.</summary>
    private static void CheckArpa(string[] lines)
    {
        var ones = new Dictionary<string, (double P, double Back)>();
        var twos = new Dictionary<string, Dictionary<string, double>>();
        foreach (var parts in lines.Select(l => l.Split('\t')).Where(p => p.Length >= 2))
        {
            var words = parts[1].Split(' ');
            var p = Math.Pow(10, double.Parse(parts[0], CultureInfo.InvariantCulture));
            if (words.Length == 1)
            {
                ones[words[0]] = (p, Math.Pow(10, double.Parse(parts[2], CultureInfo.InvariantCulture)));
            }
            else if (words.Length == 2)
            {
                (twos.TryGetValue(words[0], out var list) ? list : twos[words[0]] = [])[words[1]] = p;
            }
        }

        Assert.InRange(ones.Values.Sum(o => o.P), 0.99, 1.01);
        foreach (var history in new[] { "<s>", "the", "zworgle", "how" })
        {
            var listed = twos[history];
            var rest = ones.Where(o => !listed.ContainsKey(o.Key)).Sum(o => o.Value.P) * ones[history].Back;
            Assert.InRange(listed.Values.Sum() + rest, 0.98, 1.02);
        }
    }
}
