using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Tests.Turns;

public sealed class VoiceOutcomeTests
{
    private readonly VoiceOutcome _voice = new();

    [Fact]
    public async Task Sentence_that_is_said_passes_as_it_is()
    {
        var parts = await WatchAsync(Part(0, last: false), Part(1, last: true));
        Assert.Equal([false, true], parts.Select(part => part.Last));
        Assert.Equal((false, false), (_voice.Lost, _voice.IsSilent));
        _voice.ThrowIfSilent();
    }

    [Fact]
    public async Task Sentence_that_fails_ends_there_and_the_job_goes_on()
    {
        var parts = await WatchAsync(Part(0, last: false), null);
        Assert.Equal((2, 1, true, 0), (parts.Count, parts[1].FirstFace, parts[1].Last, parts[1].Speech.PacketCount));
        Assert.Equal((true, false), (_voice.Lost, _voice.IsSilent));
        _voice.ThrowIfSilent();
        await WatchAsync(Part(0, last: true));
        Assert.False(_voice.Lost);
    }

    [Fact]
    public async Task Job_of_which_nothing_was_heard_has_failed()
    {
        Assert.True(Assert.Single(await WatchAsync([null])).Last);
        Assert.Equal((true, true), (_voice.Lost, _voice.IsSilent));
        Assert.Equal("as asked", Assert.Throws<EngineException>(_voice.ThrowIfSilent).Message);
        await WatchAsync(Part(0, last: true));
        _voice.ThrowIfSilent();
    }

    [Fact]
    public async Task Bug_of_a_voice_is_no_outcome() =>
        await Assert.ThrowsAsync<InvalidCastException>(async () =>
        {
            await foreach (var part in _voice.WatchAsync(Broken(), default))
            {
                Assert.NotNull(part);
            }
        });

    private static SegmentPart Part(int face, bool last) =>
        new(PackedSpeech.Pack([new ReadOnlyMemory<byte>([1]), new ReadOnlyMemory<byte>([1])], [FaceFrame.Rest]), face, last);

    private static async IAsyncEnumerable<SegmentPart> Broken()
    {
        await Task.Yield();
        yield return Part(0, last: false);
        throw new InvalidCastException("bug");
    }

    /// <summary>Null is a failure of the voice.</summary>
    private async Task<List<SegmentPart>> WatchAsync(params SegmentPart?[] script)
    {
        List<SegmentPart> parts = [];
        await foreach (var part in _voice.WatchAsync(Script(), default))
        {
            parts.Add(part);
        }

        return parts;

        async IAsyncEnumerable<SegmentPart> Script()
        {
            foreach (var part in script)
            {
                await Task.Yield();
                yield return part ?? throw new EngineException(EngineFault.Failed, "as asked");
            }
        }
    }
}
