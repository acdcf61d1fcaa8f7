using System.Net;
using System.Text;
using AvatarGrains.WebRtc.Ice;
using AvatarGrains.WebRtc.Sdp;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Peers;

/// <summary>Later offers of a connection that is up.</summary>
public sealed class ReofferTests
{
    private const long Second = 1_000_000;
    private const string Password = "0123456789012345678901";

    private static readonly NetAddress Elsewhere = NetAddress.From(IPAddress.Parse("192.168.9.9"), 50_000);

    [Fact]
    public void Restarted_ice_moves_the_media_to_the_new_path_and_forgets_the_old_credentials()
    {
        var pair = new PeerPair().Connect();
        var former = pair.Server.LocalUfrag;
        var answer = pair.Server.AcceptReoffer(Restarted(pair.Offer));
        Assert.NotNull(answer);
        Assert.NotEqual(former, pair.Server.LocalUfrag);
        Assert.Equal(pair.Server.LocalUfrag, Value(answer, "ice-ufrag"));
        foreach (var same in new[] { "fingerprint", "setup", "group" })
        {
            Assert.Equal(Value(pair.Answer, same), Value(answer, same));
        }

        Assert.Equal(Lines(pair.Answer, "a=ssrc"), Lines(answer, "a=ssrc"));
        Assert.Equal(Origin(pair.Answer)[1], Origin(answer)[1]);
        Assert.Equal(int.Parse(Origin(pair.Answer)[2], null) + 1, int.Parse(Origin(answer)[2], null));

        // Until the remote has the answer it goes on with what it knows.
        Assert.True(Check(pair, pair.Answer, PeerPair.ClientAddress, nominate: false));
        pair.Server.SendAudio([1], 0, pair.Now);
        Assert.Contains(PeerPair.ClientAddress, Sent(pair));
        Assert.True(Check(pair, answer, Elsewhere, nominate: true));
        pair.Server.SendAudio([2], 960, pair.Now);
        Assert.Equal([Elsewhere], Sent(pair));
        Assert.False(Check(pair, pair.Answer, PeerPair.ClientAddress, nominate: true));
        Assert.True(pair.Server.IsConnected);
    }

    [Fact]
    public void Data_channel_and_keys_go_on_over_a_restart()
    {
        var pair = new PeerPair().Connect();
        var channel = pair.Client.OpenChannel("c", "", pair.Now)!.Value;
        pair.RunUntil(pair.Now + Second);
        Assert.NotNull(pair.Server.AcceptReoffer(Restarted(pair.Offer)));
        pair.Client.SendMessage(channel, true, "still here"u8, pair.Now);
        pair.RunUntil(pair.Now + Second);
        Assert.Equal("still here", Encoding.UTF8.GetString(Assert.Single(pair.ServerHears.Messages).Data));
    }

    [Fact]
    public void Direction_is_closed_and_opened_again()
    {
        var pair = new PeerPair().Connect();
        Assert.True(pair.Server.ReceivesAudio);
        var answer = pair.Server.AcceptReoffer(pair.Offer.Replace("a=sendrecv", "a=inactive", StringComparison.Ordinal));
        Assert.Equal(Value(pair.Answer, "ice-ufrag"), Value(answer!, "ice-ufrag"));
        Assert.False(pair.Server.SendsAudio);
        Assert.False(pair.Server.ReceivesAudio);
        Assert.False(pair.Server.SendAudio([1], 0, pair.Now));
        pair.Client.SendAudio([7], 0, pair.Now);
        pair.RunUntil(pair.Now + Second);
        Assert.Empty(pair.ServerHears.Audio);

        Assert.NotNull(pair.Server.AcceptReoffer(pair.Offer));
        Assert.True(pair.Server.SendAudio([1], 960, pair.Now));
        pair.Client.SendAudio([7], 960, pair.Now);
        pair.RunUntil(pair.Now + Second);
        Assert.Single(pair.ServerHears.Audio);
        Assert.Single(pair.ClientHears.Audio);
    }

    [Fact]
    public void Offer_of_another_connection_is_left_to_a_new_peer()
    {
        var pair = new PeerPair();
        Assert.Null(pair.Server.AcceptReoffer(pair.Offer));
        pair.Connect();
        Assert.Null(pair.Server.AcceptReoffer(new PeerPair(seed: 9).Offer));
        Assert.Null(pair.Server.AcceptReoffer(pair.Offer.Replace(" opus/", " isac/", StringComparison.Ordinal)));
        Assert.Null(pair.Server.AcceptReoffer(pair.Offer.Replace("111", "112", StringComparison.Ordinal)));
        Assert.Null(pair.Client.AcceptReoffer(pair.Offer));
        Assert.Throws<SdpException>(() => pair.Server.AcceptReoffer("v=0\r\nm=rubbish\r\n"));
        Assert.True(pair.Server.SendAudio([1], 0, pair.Now));
    }

    private static string Restarted(string offer) => string.Join("\r\n", offer.Split("\r\n").Select(line =>
        line.StartsWith("a=ice-ufrag:", StringComparison.Ordinal)
            ? "a=ice-ufrag:another"
            : line.StartsWith("a=ice-pwd:", StringComparison.Ordinal) ? $"a=ice-pwd:{Password}" : line));

    /// <summary>A check of the remote under the credentials of an answer; true when it is answered.</summary>
    private static bool Check(PeerPair pair, string answer, NetAddress from, bool nominate)
    {
        Sent(pair);
        var buffer = new byte[256];
        var request = new StunBuilder(buffer, Stun.BindingRequest, new byte[12]);
        request.Add(Stun.Username, Encoding.UTF8.GetBytes($"{Value(answer, "ice-ufrag")}:another"));
        if (nominate)
        {
            request.Add(Stun.UseCandidate, []);
        }

        var length = request.Finish(Encoding.UTF8.GetBytes(Value(answer, "ice-pwd")));
        pair.Server.Receive(buffer.AsSpan(0, length), from, pair.Now);
        return Sent(pair).Count > 0;
    }

    /// <summary>Takes what is under way; where the server's datagrams go.</summary>
    private static List<NetAddress> Sent(PeerPair pair)
    {
        var all = new List<NetAddress>();
        pair.Network.Now += Second;
        while (pair.Network.TryTake(out _, out var from, out var to))
        {
            if (from == PeerPair.ServerAddress)
            {
                all.Add(to);
            }
        }

        return all;
    }

    private static string Value(string sdp, string name) => Lines(sdp, $"a={name}:")[0][(name.Length + 3)..];

    private static List<string> Lines(string sdp, string start) =>
        [.. sdp.Split("\r\n").Where(line => line.StartsWith(start, StringComparison.Ordinal))];

    private static string[] Origin(string sdp) => Lines(sdp, "o=")[0].Split(' ');
}
