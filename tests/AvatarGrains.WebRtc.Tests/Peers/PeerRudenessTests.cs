using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Peers;

/// <summary>Clients whose SCTP is rubbish under their own, right keys.</summary>
public sealed class PeerRudenessTests
{
    private const int Connections = 10;

    public static TheoryData<int> ChunkTypes => [.. RudeDtls.ChunkTypes.Select(type => (int)type)];

    [Theory]
    [MemberData(nameof(ChunkTypes))]
    public void Rubbish_in_a_chunk_never_throws_and_ends_at_most_its_own_peer(int type)
    {
        var outlived = Enumerable.Range(1, Connections).Count(seed => Outlives(seed, [(byte)type], mutilations: 0));
        TestContext.Current.TestOutputHelper?.WriteLine($"chunk type {type}: {outlived} of {Connections} connections outlived it");
    }

    [Fact]
    public void Mutilated_packets_and_all_of_it_together_never_throw()
    {
        var outlived = Enumerable.Range(1, Connections)
            .Count(seed => Outlives(seed, [], mutilations: 2) | Outlives(seed, RudeDtls.ChunkTypes, mutilations: 8));
        TestContext.Current.TestOutputHelper?.WriteLine($"{outlived} of {Connections} connections outlived it");
    }

    /// <summary>True when the connection is still there in the end, and then it works.</summary>
    private static bool Outlives(int seed, byte[] types, int mutilations)
    {
        RudeDtls? rude = null;
        var pair = new PeerPair(
            seed, configure: c => c with { Dtls = rude = new RudeDtls(c.Dtls, seed) { Types = types, Mutilations = mutilations } });
        pair.Connect();
        var channel = pair.Client.OpenChannel("c", "", pair.Now)!.Value;
        pair.RunUntil(pair.Now + 1_000_000);
        rude!.IsRude = true;
        for (var i = 0; i < 40 && !pair.Server.IsClosed && !pair.Client.IsClosed; i++)
        {
            pair.Client.SendMessage(channel, true, new byte[i * 100], pair.Now);
            pair.RunUntil(pair.Now + 300_000);
        }

        Assert.InRange(rude.Sent, 1, int.MaxValue);
        rude.IsRude = false;
        pair.RunUntil(pair.Now + 1_000_000);
        Assert.All(pair.ServerHears.Messages, message => Assert.InRange(message.Data.Length, 0, 100 * 1500));
        if (pair.Server.IsClosed)
        {
            Assert.Contains(pair.ServerHears.Closed!.Value, new[] { PeerCloseReason.ChannelsFailed, PeerCloseReason.RemoteClosed });
            return false;
        }

        Assert.True(pair.Server.SendAudio([1], 0, pair.Now));
        return true;
    }
}
