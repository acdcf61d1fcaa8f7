using AvatarGrains.Edge;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The events of docs/perso-extensions.md, for a client that has subscribed to them.</summary>
internal sealed class PersoEvents(IEdgeControl edge, PersoReplies replies)
{
    private static readonly string[] Known = ["phase", "caption", "quota", "failure"];

    private bool _subscribed;
    private bool _phase;
    private bool _caption;
    private bool _quota;
    private bool _failure;

    public void Subscribe(IReadOnlyList<string>? events)
    {
        if (events?.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw new ChannelFieldException($"There is no event {unknown}; there are {string.Join(", ", Known)}.");
        }

        _subscribed = true;
        _phase = events?.Contains("phase") ?? true;
        _caption = events?.Contains("caption") ?? true;
        _quota = events?.Contains("quota") ?? true;
        _failure = events?.Contains("failure") ?? true;
        replies.State();
        if (_caption)
        {
            edge.FetchSnapshot();
        }
    }

    public void OnSnapshot(SessionSnapshot snapshot)
    {
        if (!_caption)
        {
            return;
        }

        var json = replies.Writer.Begin("history");
        json.WriteStartArray("lines");
        foreach (var line in snapshot.History)
        {
            json.WriteStartObject();
            json.WriteString("role", line.Speaker == Speaker.User ? "user" : "avatar");
            json.WriteString("text", line.Text);
            json.WriteNumber("turn", line.Turn);
            json.WriteBoolean("interrupted", line.Interrupted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        replies.Send(replies.Writer.End());
    }

    /// <summary>Tells where the conversation can go on.</summary>
    /// <returns>False for a client that would not understand.</returns>
    public bool Leave(IReadOnlyList<string> urls)
    {
        if (_subscribed)
        {
            replies.Edges(urls, "leaving");
        }

        return _subscribed;
    }

    public void OnSegmentStarted(SpeechSegment segment)
    {
        if (!_caption || segment.Text.Length == 0)
        {
            return;
        }

        var json = replies.Writer.Begin("caption");
        json.WriteString("role", "avatar");
        json.WriteString("text", segment.Text);
        json.WriteNumber("segment", segment.Index);
        json.WriteBoolean("final", true);
        json.WriteNumber("turn", segment.Turn);
        replies.Send(replies.Writer.End());
    }

    public void OnInterrupted(int turn)
    {
        if (_caption)
        {
            replies.Writer.Begin("interrupted").WriteNumber("turn", turn);
            replies.Send(replies.Writer.End());
        }
    }

    public void OnOutput(SessionOutput output)
    {
        switch (output)
        {
            case PhaseChanged changed when _phase:
                var json = replies.Writer.Begin("phase");
                json.WriteString("phase", PersoReason.Name(changed.Phase));
                json.WriteNumber("turn", changed.Turn);
                break;
            case UserCaption caption when _caption:
                json = replies.Writer.Begin("caption");
                json.WriteString("role", "user");
                json.WriteString("text", caption.Text);
                json.WriteBoolean("final", caption.Final);
                json.WriteNumber("turn", caption.Turn);
                break;
            case QuotaWarning warning when _quota:
                json = replies.Writer.Begin("quota");
                json.WriteString("reason", PersoReason.Name(warning.Reason));
                json.WriteNumber("left_sec", (long)warning.Left.TotalSeconds);
                break;
            case TurnFailed failed when _failure:
                json = replies.Writer.Begin("failure");
                json.WriteString("code", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(failed.Fault.ToString()));
                json.WriteString("detail", failed.Detail);
                json.WriteNumber("turn", failed.Turn);
                break;
            case SessionEnded ended when _subscribed:
                replies.Writer.Begin("ended").WriteString("reason", PersoReason.Name(ended.Reason));
                break;
            default:
                return;
        }

        replies.Send(replies.Writer.End());
    }
}
