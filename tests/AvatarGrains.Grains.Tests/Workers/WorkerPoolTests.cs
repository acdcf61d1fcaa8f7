using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>Which worker is asked, and what crosses to it.</summary>
public sealed class WorkerPoolTests : WorkerScene
{
    [Fact]
    public async Task Work_stays_on_its_silo_while_there_is_no_more_to_do_than_elsewhere()
    {
        await StartAsync(SiloRoles.All, SiloRoles.All);
        for (var i = 0; i < 20; i++)
        {
            await AskAsync(0);
        }

        Assert.Equal((20, 0), (Engines(0).Chat.Calls.Count, Engines(1).Chat.Calls.Count));
    }

    [Fact]
    public async Task Work_leaves_a_silo_whose_places_are_taken()
    {
        await StartAsync(new WorkerLimits { Llm = new WorkerLimit(1, 0) }, SiloRoles.All, SiloRoles.All);
        Assert.True(await Gates(0).Llm.TryEnterAsync(TimeSpan.Zero, Token));
        await AskAsync(0);
        Assert.Equal((0, 1), (Engines(0).Chat.Calls.Count, Engines(1).Chat.Calls.Count));
        Assert.True(await Gates(1).Llm.TryEnterAsync(TimeSpan.Zero, Token));
        Assert.Equal(EngineFault.Overloaded, (await Assert.ThrowsAsync<EngineException>(() => AskAsync(0))).Fault);
    }

    [Fact]
    public async Task Piece_of_speech_is_the_very_object_in_one_silo_and_equal_on_another()
    {
        await StartAsync(SiloRoles.All, SiloRoles.Edge | SiloRoles.Session);
        SegmentPart given = new(PackedSpeech.Pack([new byte[] { 1, 2, 3 }], [new FaceFrame(7, Expression.Fun, 2)]), 0, true);
        Speech(0).Instead = _ => given;
        var request = new SegmentRequest("Hello.", null, null, Expression.Neutral);
        Assert.Same(given, Assert.Single(await AllAsync(Segments(0).SpeakAsync(request, Token))));
        var sent = Assert.Single(await AllAsync(Segments(1).SpeakAsync(request, Token)));
        Assert.NotSame(given, sent);
        Assert.Equal(given with { Speech = sent.Speech }, sent);
        Assert.Equal(given.Speech.Face(0), sent.Speech.Face(0));
    }

    [Fact]
    public async Task Sound_and_phonemes_cross_whatever_kind_of_list_they_are_in()
    {
        PhonemeTiming one = new("ae", 0, 80, false, 1), two = new("b", 80, 120.5, true, 0);
        SpeechAudio[] made =
        [
            new(new PcmBlock(new short[] { 1, -2, short.MaxValue, short.MinValue }, 22_050), [one, two]),
            new(new PcmBlock(default, 22_050), new List<PhonemeTiming> { one }),
            new(new PcmBlock(new short[] { 5 }, 22_050), [two]),
            new(new PcmBlock(new short[] { 6 }, 22_050), []),
        ];
        await StartAsync(SiloRoles.Edge, SiloRoles.Worker);
        Engines(1).Synthesizer.Instead = _ => made;
        var heard = await AllAsync(Catalog(0).FindVoice(null)!.Value.Engine.SynthesizeAsync(new SpeechRequest("Hello."), Token));
        Assert.Equal(made.Select(Written), heard.Select(Written));
        Assert.All(made.Zip(heard), pair => Assert.Equal(pair.First.Phonemes, pair.Second.Phonemes));

        static string Written(SpeechAudio speech) => $"{speech.Audio.SampleRate}: {string.Join(' ', speech.Audio.Samples.ToArray())}";
    }

    [Fact]
    public async Task Text_that_a_recognizer_is_to_expect_is_there_at_each_start()
    {
        var contexts = new List<RecognitionContext>();
        await StartAsync(SiloRoles.Edge, SiloRoles.Worker);
        Engines(1).Recognizer.Started = contexts.Add;
        var context = new RecognitionContext("en", new KnowledgeText("hash", ["Where is the library?", "The library opens at nine."]));
        for (var i = 0; i < 3; i++)
        {
            using var recognition = await Catalog(0).FindRecognizer(null)!.StartAsync(context, Token);
            recognition.Write(new short[320]);
            Assert.Equal(new Transcript("hello", 1, true), await recognition.FinishAsync(Token));
        }

        Assert.Equal(3, contexts.Count);
        Assert.All(contexts, c => Assert.Equal((context.Language, context.Knowledge!.Id), (c.Language, c.Knowledge!.Id)));
        Assert.All(contexts, c => Assert.Equal(context.Knowledge!.Passages, c.Knowledge!.Passages));
        await FreeAsync(Gates(1).Asr);
    }

    [Fact]
    public async Task Utterance_reaches_the_recognizer_whole()
    {
        var heard = new List<short>();
        await StartAsync(SiloRoles.Edge, SiloRoles.Worker);
        Engines(1).Recognizer.Heard = heard.AddRange;
        var samples = Enumerable.Range(0, 50_000).Select(i => (short)i).ToArray();
        using var recognition = await Catalog(0).FindRecognizer(null)!.StartAsync(new RecognitionContext(null, null), Token);
        foreach (var block in samples.Chunk(333))
        {
            recognition.Write(block);
        }

        await recognition.FinishAsync(Token);
        Assert.Equal(samples, heard);
    }

    private async Task AskAsync(int silo) =>
        Assert.NotEmpty(await AllAsync(Catalog(silo).FindModel(null)!.Client.GetStreamingResponseAsync("hi", null, Token)));
}
