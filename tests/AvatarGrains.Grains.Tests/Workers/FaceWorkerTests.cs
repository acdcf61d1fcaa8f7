using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>Sound of clients, to which workers move a mouth.</summary>
public sealed class FaceWorkerTests : WorkerScene
{
    /// <summary>Two faces, four packets.</summary>
    private static readonly PcmBlock Block = new(new short[1280], 16_000);

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge | SiloRoles.Session, SiloRoles.Worker)]
    public async Task Sound_is_followed_to_its_end(params SiloRoles[] roles)
    {
        await StartAsync(roles);
        var parts = await AllAsync(Segments(0).FollowAsync(SoundAsync(25), Expression.Joy, Token));
        Assert.Equal(26, parts.Count);
        Assert.Equal(Enumerable.Range(0, 26).Select(i => i * 2), parts.Select(p => p.FirstFace));
        Assert.Equal(100, parts.Sum(p => p.Speech.PacketCount));
        Assert.Equal(parts[^1], Assert.Single(parts, p => p.Last));
        await FreeAsync(Gates(roles.Length - 1).Face);
    }

    [Fact]
    public async Task Another_worker_goes_on_where_one_was_lost()
    {
        await StartAsync(SiloRoles.Edge | SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker);
        var sound = Channel.CreateUnbounded<PcmBlock>();
        sound.Writer.TryWrite(Block);
        await using var parts = Segments(0).FollowAsync(sound.Reader.ReadAllAsync(Token), Expression.Neutral, Token).GetAsyncEnumerator(Token);
        Assert.True(await parts.MoveNextAsync());
        List<SegmentPart> all = [parts.Current];
        var working = Gates(1).Face.Load == 1 ? 1 : 2;
        var address = Cluster.Address(working);
        await Cluster.KillAsync(working);

        // Until it is known, a silo that is going down may still take sound that it will not follow.
        await Cluster.LostAsync(0, address);
        for (var i = 0; i < 9; i++)
        {
            sound.Writer.TryWrite(Block);
        }

        sound.Writer.Complete();
        while (await parts.MoveNextAsync())
        {
            all.Add(parts.Current);
        }

        // What the lost worker had taken and not yet given is not repeated; each face comes once, in order.
        Assert.True(all[^1].Last);
        Assert.InRange(all.Sum(p => p.Speech.FaceCount), 18, 20);
        Assert.Equal(all.Select((_, i) => all.Take(i).Sum(p => p.Speech.FaceCount)), all.Select(p => p.FirstFace));
    }

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge | SiloRoles.Session, SiloRoles.Worker)]
    public async Task Sound_that_breaks_ends_what_follows_it_with_its_own_error(params SiloRoles[] roles)
    {
        await StartAsync(roles);
        var error = await Record.ExceptionAsync(() => AllAsync(Segments(0).FollowAsync(BreaksAsync(), Expression.Neutral, Token)));
        Assert.Contains("The client is gone.", error!.Message, StringComparison.Ordinal);
        await FreeAsync(Gates(roles.Length - 1).Face);

        static async IAsyncEnumerable<PcmBlock> BreaksAsync()
        {
            yield return Block;
            await Task.Yield();
            throw new InvalidOperationException("The client is gone.");
        }
    }

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Edge | SiloRoles.Session, SiloRoles.Worker)]
    public async Task Reader_that_leaves_while_the_sound_pauses_frees_the_place(params SiloRoles[] roles)
    {
        await StartAsync(roles);
        await foreach (var part in Segments(0).FollowAsync(PausesAsync(Token), Expression.Neutral, Token))
        {
            break;
        }

        await FreeAsync(Gates(roles.Length - 1).Face);

        static async IAsyncEnumerable<PcmBlock> PausesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Block;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    [Fact]
    public async Task Sound_goes_to_the_worker_that_has_room()
    {
        await StartAsync(new WorkerLimits { Face = new WorkerLimit(1, 1) }, SiloRoles.Edge | SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker);
        Assert.True(await Gates(1).Face.TryEnterAsync(TimeSpan.Zero, Token));
        _ = Gates(1).Face.TryEnterAsync(TimeSpan.Zero, Token).AsTask();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(10, (await AllAsync(Segments(0).FollowAsync(SoundAsync(5), Expression.Neutral, Token))).Sum(p => p.Speech.FaceCount));
            await FreeAsync(Gates(2).Face);
        }
    }

    private static async IAsyncEnumerable<PcmBlock> SoundAsync(int blocks)
    {
        for (var i = 0; i < blocks; i++)
        {
            await Task.Yield();
            yield return Block;
        }
    }
}
