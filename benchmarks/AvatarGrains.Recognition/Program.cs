using System.Diagnostics;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Asr.Models;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Recognition;

var options = new PocketSphinxOptions(Path.Combine(Path.GetTempPath(), "avatargrains-recognition"))
{
    Decoder = args.Where(a => a.StartsWith("--", StringComparison.Ordinal)).Select(a => a[2..].Split('=')).ToDictionary(a => a[0], a => a[1]),
};
var builder = new SpokenModelBuilder(options);
string Data(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", name));
var builtIn = BuiltInKnowledge.Load();
var hotel = KnowledgeBase.FromText("The Lighthouse Hotel", Data("lighthouse-hotel.md"));
var sets = new (string Name, IKnowledgeBase Base, string[] Sentences)[]
{
    ("builtin", builtIn, [.. builtIn.ForRecognition.Passages.Where(p => p.EndsWith('?')).Take(40)]),
    ("hotel", hotel, [.. Data("lighthouse-questions.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('|')[0])]),
    ("outside/b", builtIn, Data("outside.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ("outside/h", hotel, Data("outside.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)),
};
const int step = 1600;
var clock = Stopwatch.StartNew();
foreach (var (name, known, sentences) in sets.Where(s => !sets.Any(t => args.Contains(t.Name)) || args.Contains(s.Name)))
{
    clock.Restart();
    using var decoder = new SpeechDecoder(options, builder.Build(known.ForRecognition));
    Console.WriteLine($"# {name}: model ready in {clock.ElapsedMilliseconds} ms, {decoder.Model.DomainWords.Count} domain words");
    foreach (var noise in args.Contains("-n") ? new double?[] { 15 } : [null, 15])
    {
        foreach (var voice in args.FirstOrDefault(a => a is "slt" or "rms" or "awb") is { } one ? [one] : new[] { "slt", "rms", "awb" })
        {
            int errors = 0, words = 0, refused = 0, perfect = 0;
            double audio = 0;
            var used = TimeSpan.Zero;
            foreach (var sentence in sentences)
            {
                var said = SpokenText.Words(sentence);
                var samples = SpokenSamples.Speak(voice, sentence);
                samples = noise is { } db ? SpokenSamples.AddNoise(samples, db, 7) : samples;
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                decoder.Start();
                for (var at = 0; at < samples.Length; at += step)
                {
                    decoder.Write(samples.AsSpan(at, Math.Min(step, samples.Length - at)));
                }

                var heard = decoder.End();
                used += Process.GetCurrentProcess().TotalProcessorTime - before;
                audio += samples.Length / 16000.0;
                refused += HearingConfidence.Of(heard, decoder.Model.DomainWords) < options.MinConfidence ? 1 : 0;
                var wrong = WordErrors.Count(said, heard.Spoken);
                (errors, words, perfect) = (errors + wrong, words + said.Count, perfect + (wrong == 0 ? 1 : 0));
                if (args.Contains("-v"))
                {
                    Console.WriteLine(
                        $"{name}\t{noise}\t{voice}\t{wrong}\t{said.Count}\t{Features.Of(heard, decoder.Model, known)}\t{sentence} => {heard.Text}");
                }
            }

            Console.WriteLine($"= {name,-10} {(noise is null ? "clean" : "15 dB"),-6} {voice}  WER {100.0 * errors / words,5:f1} %  "
                + $"perfect {perfect}/{sentences.Length}  RTF {used.TotalSeconds / audio:f3}  refused {refused}/{sentences.Length}");
        }
    }
}
