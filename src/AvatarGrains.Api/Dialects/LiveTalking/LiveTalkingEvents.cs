using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Tells listeners of each sentence when it is heard: its start and its end. Thread-safe.</summary>
internal sealed class LiveTalkingEvents(LiveTalkingSessions sessions, TimeProvider time)
{
    private const int MaxRemembered = 256;

    // What clients said of how their texts are to be said, which goes back to them with the texts; the latest of this process.
    private readonly ConcurrentQueue<(string Session, string Text, JsonElement Tts)> _remembered = new();

    /// <summary>Keeps how a text was to be said.</summary>
    public void Remember(string session, string text, JsonElement tts)
    {
        _remembered.Enqueue((session, text, tts));
        while (_remembered.Count > MaxRemembered)
        {
            _remembered.TryDequeue(out _);
        }
    }

    public async Task<IResult> StreamAsync(HttpContext context)
    {
        var session = await sessions.DemandAsync(context.Request.Query["sessionid"].ToString(), Callers.TenantOf(context), context.RequestAborted);
        var listener = new Listener();
        await using var subscription = await sessions.Open(session).SubscribeAsync(listener, context.RequestAborted);
        await using var stream = await EventStream.BeginAsync(context, time);
        var texts = new Dictionary<(int Turn, int Segment), string>();
        await foreach (var output in listener.Outputs.ReadAllAsync(stream.Gone))
        {
            switch (output)
            {
                case SegmentBegan began:
                    texts[(began.Turn, began.Segment)] = began.Text;
                    break;
                case SegmentPlayed played:
                    var text = texts.GetValueOrDefault((played.Turn, played.Segment), "");
                    if (!await stream.SendAsync(Event(session.Id, played.Finished, text)))
                    {
                        return Results.Empty;
                    }

                    break;
                case TurnBegan:
                    texts.Clear();
                    break;
            }
        }

        return Results.Empty;
    }

    private byte[] Event(string session, bool finished, string text) => LiveTalkingAnswers.Write(json =>
    {
        json.WriteString("status", finished ? "end" : "start");
        if (text.Length == 0)
        {
            return;
        }

        json.WriteString("text", text);
        var asked = _remembered.LastOrDefault(one => one.Session == session && one.Text.Contains(text, StringComparison.Ordinal));
        if (!finished && asked.Session is not null)
        {
            json.WritePropertyName("tts");
            asked.Tts.WriteTo(json);
        }
    });

    private sealed class Listener : ISessionSink
    {
        private readonly Channel<SessionOutput> _outputs = Channel.CreateBounded<SessionOutput>(
            new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

        public ChannelReader<SessionOutput> Outputs => _outputs.Reader;

        public void Deliver(SessionOutput output)
        {
            if (output is SegmentBegan or SegmentPlayed or TurnBegan)
            {
                _outputs.Writer.TryWrite(output);
            }
            else if (output is SessionEnded)
            {
                _outputs.Writer.TryComplete();
            }
        }
    }
}
