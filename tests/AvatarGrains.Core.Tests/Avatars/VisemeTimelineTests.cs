using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Core.Tests.Avatars;

public sealed class VisemeTimelineTests
{
    private static readonly string[] Symbols =
    [
        "pau", "p", "b", "m", "f", "th", "t", "k", "ch", "s", "n", "r", "aa", "eh", "ih", "iy", "ow", "uw", "ay", "hh", "w",
    ];

    private static readonly Arbitrary<List<PhonemeTiming>> Speech = Gen
        .ListOf(Gen.Elements(Symbols).Zip(Gen.Choose(20, 640)))
        .Select(items => Lay([.. items.Select(i => (i.Item1, i.Item2 / 2.0, (byte)(i.Item2 % 2)))]))
        .ToArbitrary();

    [Fact]
    public void Frame_count_is_the_duration_in_frames_rounded_up() =>
        Prop.ForAll(Speech, speech =>
        {
            var duration = speech.Count == 0 ? 0 : speech[^1].EndMs + 13;
            Assert.Equal((int)Math.Ceiling(duration / 40), Whole(speech, duration).Count);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Streaming_gives_the_frames_of_the_whole_and_never_takes_one_back() =>
        Prop.ForAll(Speech, speech =>
        {
            var duration = speech.Count == 0 ? 50 : speech[^1].EndMs;
            var timeline = new VisemeTimeline();
            var frames = new List<FaceFrame>();
            foreach (var phoneme in speech)
            {
                timeline.Add(phoneme);
                timeline.Emit(frames);
                Assert.True(frames.Count * 40 <= phoneme.EndMs);
            }

            timeline.Complete(duration);
            timeline.Emit(frames);
            Assert.Equal(Whole(speech, duration), frames);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lips_are_seen_closed_for_every_bilabial() =>
        Prop.ForAll(Speech, speech =>
        {
            var duration = speech.Count == 0 ? 0 : speech[^1].EndMs;
            var frames = Whole(speech, duration);
            foreach (var phoneme in speech.Where(p => p.Symbol is "p" or "b" or "m"))
            {
                var from = Math.Max(0, (int)((phoneme.StartMs - 50) / 40));
                var to = Math.Min(frames.Count - 1, (int)((phoneme.EndMs + 20) / 40));
                Assert.Contains(frames[from..(to + 1)], f => f.Mouth == MouthTable.IndexOf(Viseme.PP));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Mouth_rests_in_silence() =>
        Prop.ForAll(Speech, speech =>
        {
            var duration = (speech.Count == 0 ? 0 : speech[^1].EndMs) + 600;
            var frames = Whole(speech, duration);
            var quiet = frames.Skip((int)((duration - 400) / 40)).Take(8);
            Assert.All(quiet, f => Assert.Equal(0, f.Mouth));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("aa", Viseme.AA)]
    [InlineData("iy", Viseme.IH)]
    [InlineData("uw", Viseme.OU)]
    [InlineData("ao", Viseme.OH)]
    [InlineData("eh", Viseme.E)]
    public void Long_vowel_reaches_its_target(string vowel, Viseme viseme)
    {
        var frames = Whole(Lay([("pau", 100, 0), ("t", 70, 0), (vowel, 180, 1), ("t", 70, 0), ("pau", 200, 0)]), 620);
        Assert.Contains(frames, f => MouthTable.VisemeOf(f.Mouth) == viseme && MouthTable.LevelOf(f.Mouth) >= 2);
        Assert.Contains(frames, f => MouthTable.Distance(f.Mouth, MouthTable.IndexOf(viseme)) < 0.55f);
    }

    [Fact]
    public void Hurried_speech_opens_the_mouth_less()
    {
        Assert.True(Opening(45) < 0.75f * Opening(200), $"{Opening(45)} {Opening(200)}");

        static float Opening(double ms)
        {
            (string, double, byte)[] word = [("t", ms, 0), ("aa", ms, 0), ("s", ms, 0)];
            var speech = Lay([("pau", 200, 0), .. word, .. word, .. word, ("pau", 200, 0)]);
            return Whole(speech, speech[^1].EndMs).Max(f => MouthTable.Shape(f.Mouth).Jaw);
        }
    }

    [Fact]
    public void Rounding_begins_before_the_rounded_vowel_sounds()
    {
        var frames = Whole(Lay([("pau", 200, 0), ("s", 100, 0), ("t", 60, 0), ("r", 60, 0), ("uw", 200, 1), ("pau", 200, 0)]), 820);
        var before = MouthTable.Shape(frames[(int)(360 / 40)].Mouth);
        Assert.True(before.Round > 0.15f, $"{before}");
    }

    [Fact]
    public void Mouth_does_not_flap()
    {
        var text = "hh ax l ow m ay n ey m ih z s l t ae n d ay k ae n t ao k t uw y uw ax b aw t dh ax w eh dh er".Split(' ');
        var speech = Lay([("pau", 150, 0), .. text.Select((s, i) => (s, 60.0 + (i * 37 % 60), (byte)(i % 5 == 0 ? 1 : 0))), ("pau", 200, 0)]);
        var frames = Whole(speech, speech[^1].EndMs);
        var twitches = Enumerable.Range(1, frames.Count - 2).Count(i =>
            frames[i - 1].Mouth == frames[i + 1].Mouth && frames[i].Mouth != frames[i - 1].Mouth
                && MouthTable.VisemeOf(frames[i].Mouth) != Viseme.PP);
        Assert.True(twitches <= frames.Count / 20, $"{twitches} of {frames.Count}");
        Assert.True(frames.Select(f => f.Mouth).Distinct().Count() > 12);
    }

    [Fact]
    public void Accents_fall_on_stressed_syllables_not_too_often_and_higher_in_questions()
    {
        var speech = Lay([.. Enumerable.Range(0, 40).SelectMany(i => new[] { ("t", 60.0, (byte)0), ("aa", 100.0, (byte)(i % 2)) })]);
        var plain = Whole(speech, speech[^1].EndMs);
        var question = Whole(speech, speech[^1].EndMs, question: true);
        var rises = Enumerable.Range(1, plain.Count - 1).Count(i => plain[i].Accent > 0 && plain[i - 1].Accent == 0);
        Assert.InRange(rises, 3, 10);
        Assert.All(plain.Zip(question), p => Assert.True(p.Second.Accent >= p.First.Accent));
        Assert.All(question, f => Assert.InRange(f.Accent, 0, FaceFrame.MaxAccent));
        Assert.Equal(FaceFrame.MaxAccent, question.Max(f => f.Accent));
    }

    [Fact]
    public void Expression_is_held()
    {
        var timeline = new VisemeTimeline(Expression.Joy);
        timeline.Complete(100);
        var frames = new List<FaceFrame>();
        Assert.Equal(3, timeline.Emit(frames));
        Assert.All(frames, f => Assert.Equal(Expression.Joy, f.Expression));
    }

    private static List<PhonemeTiming> Lay((string Symbol, double Length, byte Stress)[] items)
    {
        var at = 0.0;
        var speech = new List<PhonemeTiming>();
        foreach (var (symbol, length, stress) in items)
        {
            speech.Add(new PhonemeTiming(symbol, at, at += length, false, stress));
        }

        return speech;
    }

    private static List<FaceFrame> Whole(List<PhonemeTiming> speech, double duration, bool question = false)
    {
        var timeline = new VisemeTimeline(question: question);
        speech.ForEach(p => timeline.Add(p));
        timeline.Complete(duration);
        var frames = new List<FaceFrame>();
        timeline.Emit(frames);
        return frames;
    }
}
