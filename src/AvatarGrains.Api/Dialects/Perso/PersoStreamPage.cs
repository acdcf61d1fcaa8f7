using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The page behind a session's <c>stream_url</c>: it connects and plays, and needs nothing else of this server.</summary>
internal static class PersoStreamPage
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Live avatar</title>
        <style>
          html, body { margin: 0; height: 100%; background: #14161a; color: #e8e8ea; font: 16px/1.5 system-ui, sans-serif; }
          video { width: 100%; height: 100%; object-fit: contain; display: block; }
          p, button { position: fixed; left: 50%; bottom: 6vh; transform: translateX(-50%); margin: 0; padding: .6em 1.2em; border-radius: 2em; background: #2a2e36; color: inherit; border: 0; font: inherit; }
          button { cursor: pointer; background: #4c6fff; }
          [hidden] { display: none; }
        </style>
        <video autoplay playsinline></video>
        <p role="status">Connecting …</p>
        <button hidden>Turn the sound on</button>
        <script type="module">
          const video = document.querySelector("video"), status = document.querySelector("p"), sound = document.querySelector("button");
          const say = text => { status.textContent = text; status.hidden = !text; };
          const api = location.pathname.replace(/stream\/?$/, "");
          async function play() {
            const ice = await (await fetch(api + "ice-servers/")).json();
            const pc = new RTCPeerConnection({ iceServers: ice.ice_servers ?? [] });
            const stream = new MediaStream();
            video.srcObject = stream;
            pc.ontrack = event => { stream.addTrack(event.track); start(); };
            pc.onconnectionstatechange = () => {
              if (pc.connectionState === "connected") say("");
              if (pc.connectionState === "failed" || pc.connectionState === "closed") say("The stream has ended.");
            };
            pc.addTransceiver("audio", { direction: "recvonly" });
            pc.addTransceiver("video", { direction: "recvonly" });
            const channel = pc.createDataChannel("message", { protocol: "message" });
            channel.onopen = () => setInterval(() => channel.readyState === "open" && channel.send('{"type":"ping","data":{}}'), 1000);
            channel.onclose = () => say("The stream has ended.");
            await pc.setLocalDescription();
            const answer = await fetch(api + "exchange/", {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ client_sdp: { type: "offer", sdp: pc.localDescription.sdp } }),
            });
            const body = await answer.json();
            if (!answer.ok) throw new Error(body.errors?.[0]?.detail ?? "The session cannot be played.");
            await pc.setRemoteDescription(body.server_sdp);
          }
          async function start() {
            try {
              await video.play();
            } catch {
              video.muted = true;
              await video.play().catch(() => {});
              sound.hidden = false;
            }
          }
          sound.onclick = () => { video.muted = false; sound.hidden = true; };
          play().catch(error => say(error.message));
        </script>
        </html>
        """;

    public static async Task<IResult> ShowAsync(string id, HttpContext context, PersoSessions sessions)
    {
        await sessions.DemandAsync(id, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; media-src blob: mediastream: 'self'";
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(Page, "text/html; charset=utf-8");
    }
}
