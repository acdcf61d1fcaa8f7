using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Sessions;

/// <summary>The subscribers of one session. Owned by its loop.</summary>
internal sealed class SinkSet(ILogger log, string session)
{
    private ISessionSink[] _sinks = [];

    public void Add(ISessionSink sink) => _sinks = [.. _sinks, sink];

    public void Remove(ISessionSink sink) => _sinks = Array.FindAll(_sinks, s => !ReferenceEquals(s, sink));

    public void Deliver(SessionOutput output)
    {
        foreach (var sink in _sinks)
        {
            DeliverTo(sink, output);
        }
    }

    public void DeliverTo(ISessionSink sink, SessionOutput output)
    {
        try
        {
            sink.Deliver(output);
        }
        catch (Exception e)
        {
            // A sink belongs to an edge. Its bug costs that edge its subscription, not the session its life.
            log.LogError(e, "Session {Session}: a sink threw and is unsubscribed.", session);
            Remove(sink);
        }
    }
}
