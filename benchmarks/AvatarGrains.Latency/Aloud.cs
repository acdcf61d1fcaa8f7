using System.Text.Json.Nodes;
using AvatarGrains.Client.Perso;
using AvatarGrains.Client.Viewing;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Speech;
using AvatarGrains.Engines.Tts;
using AvatarGrains.Native.Opus;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;

namespace AvatarGrains.Latency;

/// <summary>Questions spoken by flite's recorded voices into the microphone of a session that listens: how long until the answer is heard.</summary>
internal static class Aloud
{
    private static readonly string[] Voices = ["rms", "slt", "awb"];

    // Of the built-in knowledge, so that each is understood; asked in another order of voices each time round.
    private static readonly string[] Questions =
    [
        "What can you do?", "Who are you?", "Which browsers are supported?", "Can I interrupt you?", "Which languages do you speak?",
        "Can I host it myself?", "Do I need a graphics card?", "Do I need the internet?", "Which operating systems are supported?",
        "Can I give you a document?", "Can you see me?", "How fast do you answer?",
    ];

    public static async Task MeasureAsync(PersoApi api, OpenSslDtlsFactory dtls, int turns, TimeProvider time, Action<string, List<double>> report)
    {
        var recordings = await RecordAsync();
        var probe = new Probe(time);
        var session = await api.CreateSessionAsync(
            new JsonObject
            {
                ["capability"] = new JsonArray("LLM", "TTS", "STT", "STF_WEBRTC"),
                ["llm_type"] = "guide",
                ["tts_type"] = "slt",
                ["stt_type"] = "default",
            },
            CancellationToken.None);
        var microphone = new SpokenMicrophone();
        await using var viewer = await HeadlessViewer.ConnectAsync(api, session, dtls, new SrtpFactory(), new Relay(probe), microphone, time);
        probe.Viewer = viewer;
        await viewer.SendAsync("""{"type":"subscribe","data":{"events":["phase"]}}""");
        await viewer.SendAsync("""{"type":"listen","data":{"mode":"conversation"}}""");
        await probe.ReadyAsync();
        List<double> endpointed = [], spoken = [], again = [];
        for (var i = 0; i < turns; i++)
        {
            var (first, whole) = await probe.AskAloudAsync(microphone, recordings[i % recordings.Count]);
            (i < Questions.Length ? endpointed : again).Add(first);
            spoken.Add(whole);
            await probe.InterruptAsync();
        }

        report("spoken question endpointed to first sound", endpointed);
        if (again.Count > 0)
        {
            report("the same, answers said before", again);
        }

        report("end of the recording to first sound", spoken);
    }

    private static async Task<List<IReadOnlyList<ReadOnlyMemory<byte>>>> RecordAsync()
    {
        var source = new SegmentSource(new Stages.OneEngine(new FliteSynthesizer()), new NativeAudioCodecs());
        List<IReadOnlyList<ReadOnlyMemory<byte>>> all = [];
        for (var i = 0; i < Questions.Length * Voices.Length; i++)
        {
            List<ReadOnlyMemory<byte>> packets = [];
            var request = new SegmentRequest(
                Questions[i % Questions.Length], Voices[(i + (i / Questions.Length)) % Voices.Length], null, Expression.Neutral);
            await foreach (var part in source.SpeakAsync(request, CancellationToken.None))
            {
                foreach (var packet in part.Speech.Packets)
                {
                    packets.Add(packet);
                }
            }

            all.Add(packets);
        }

        return all;
    }
}
