using System.Text.Json;

namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>A browser whose network changes: it restarts ICE on the same connection, by exchanging descriptions again.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Restarted_ice_goes_on_with_the_same_connection_channel_and_picture()
    {
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
        await using var server = await ServerProcess.StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        var seen = await page.Page.EvaluateAsync<JsonElement>(Client)
            .WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(seen.ToString());
        Assert.Equal("connected", seen.GetProperty("state").GetString());
        Assert.Equal("open", seen.GetProperty("channel").GetString());
        Assert.Equal("IN_PROGRESS", seen.GetProperty("session").GetString());
        var parts = seen.GetProperty("parts");
        Assert.Equal(3, parts.GetArrayLength());
        for (var i = 1; i < 3; i++)
        {
            Assert.NotEqual(parts[i - 1].GetProperty("remote").GetString(), parts[i].GetProperty("remote").GetString());
            Assert.NotEqual(parts[i - 1].GetProperty("local").GetString(), parts[i].GetProperty("local").GetString());
            Assert.InRange(parts[i].GetProperty("frames").GetInt32(), parts[i - 1].GetProperty("frames").GetInt32() + 25, int.MaxValue);
            Assert.Equal(parts[0].GetProperty("ssrc").GetInt64(), parts[i].GetProperty("ssrc").GetInt64());
        }
    }

    // Each part ends when the pair in use carries the newest ufrags, 25 more frames are decoded and a ping is answered.
    private const string Client = """
        async () => {
          const post = async (path, body) => {
            const headers = { 'Content-Type': 'application/json' };
            const response = await fetch('/api/v1/' + path, { method: 'POST', headers, body: JSON.stringify(body) });
            if (!response.ok) throw new Error(await response.text());
            return response.json();
          };
          const { session_id: id } = await post('session/', { capability: ['STF_WEBRTC', 'LLM', 'TTS'] });
          const pc = new RTCPeerConnection();
          pc.addTransceiver('audio', { direction: 'recvonly' });
          pc.addTransceiver('video', { direction: 'recvonly' });
          const channel = pc.createDataChannel('message', { protocol: 'message' });
          const opened = new Promise(done => channel.onopen = done);
          const parts = [];
          for (let round = 0; round < 3; round++) {
            if (round > 0) pc.restartIce();
            await pc.setLocalDescription(await pc.createOffer());
            const answer = (await post(`session/${id}/exchange/`, { client_sdp: { type: 'offer', sdp: pc.localDescription.sdp } })).server_sdp;
            await pc.setRemoteDescription(answer);
            await opened;
            const ufrag = sdp => /a=ice-ufrag:(\S+)/.exec(sdp)[1];
            const [local, remote] = [ufrag(pc.localDescription.sdp), ufrag(answer.sdp)];
            const goal = (parts.at(-1)?.frames ?? 0) + 25;
            let part = null;
            while (!part) {
              await new Promise(done => setTimeout(done, 100));
              const stats = [...(await pc.getStats()).values()];
              const transport = stats.find(s => s.type === 'transport');
              const pair = stats.find(s => s.id === transport?.selectedCandidatePairId);
              const used = stats.find(s => s.id === pair?.localCandidateId)?.usernameFragment;
              const video = stats.find(s => s.type === 'inbound-rtp' && s.kind === 'video');
              if (used === local && video?.framesDecoded >= goal) part = { local, remote, frames: video.framesDecoded, ssrc: video.ssrc };
            }
            const pong = new Promise(done => channel.onmessage = event => JSON.parse(event.data).type === 'ping' && done());
            channel.send('{"type":"ping","data":{}}');
            await pong;
            parts.push(part);
          }
          const session = await (await fetch(`/api/v1/session/${id}/`)).json();
          return { parts, state: pc.connectionState, channel: channel.readyState, session: session.status };
        }
        """;
}
