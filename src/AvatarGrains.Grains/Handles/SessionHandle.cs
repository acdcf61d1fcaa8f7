using Microsoft.Extensions.Logging;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// A session seen from one process: where it runs here it is used directly, else by its grain. What a call's answer says has happened, the
/// sinks here have been told before the answer is given.
/// </summary>
internal sealed class SessionHandle(string id, SessionCalls calls, SessionLinks links) : ISession
{
    private readonly SemaphoreSlim _sendingAgain = new(1, 1);
    private SessionLink? _link;
    private int _again;

    public string Id => id;

    private ISessionGrain Grain => calls.Grain(id);

    public async ValueTask<CommandResult> SendAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        var link = _link ?? links.Find(id);
        link?.Note(command);
        var reply = calls.Here(id) is { } here ? await here.SendAsync(command, calls.Local) : default(CommandReply?);
        if (reply is null or { Result.Reject: RejectReason.Draining })
        {
            try
            {
                reply = await SendAwayAsync(link, command, cancellationToken);
            }
            catch (SessionRejectedException e)
            {
                return CommandResult.Refused(e.Reason, e.Message);
            }
        }

        var (result, mark) = reply.Value;
        if (link is not null)
        {
            await link.ReachAsync(mark, cancellationToken);
        }

        if (result.Reject is RejectReason.SessionTerminated or RejectReason.UnknownSession || command is EndSession)
        {
            links.NoteOver(id);
        }

        return result;
    }

    public void PushAudio(ReadOnlySpan<short> samples)
    {
        // Only for sessions that have a client here: an id must not cost anything because somebody guesses it.
        (_link ?? links.Find(id))?.PushAudio(samples);
    }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(ISessionSink sink, CancellationToken cancellationToken)
    {
        var link = await links.AddAsync(id, sink, cancellationToken);
        _link = link;
        return new Subscription(this, link, sink);
    }

    public IAsyncEnumerable<string> AskTextAsync(TextQuestion question, CancellationToken cancellationToken) =>
        calls.Here(id) is { } here
            ? here.Actor.Requests.AskTextAsync(question, cancellationToken)
            : RemoteItems.ReadAsync(calls, () => Grain.AskTextAsync(question, cancellationToken).WithBatchSize(1), cancellationToken);

    public IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken) =>
        calls.Here(id) is { } here
            ? here.Actor.Requests.SynthesizeAsync(request, cancellationToken)
            : RemoteItems.ReadAsync(calls, () => Grain.SynthesizeAsync(request, cancellationToken).WithBatchSize(4), cancellationToken);

    public async ValueTask<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken) =>
        calls.Here(id) is { } here
            ? await here.Actor.Requests.TranscribeAsync(audio, language, cancellationToken)
            : await calls.CallAsync(() => new ValueTask<Transcript>(Grain.TranscribeAsync(audio, language, cancellationToken)), cancellationToken);

    /// <summary>Done twice it is as if done once, so it may be sent again when its answer was lost. A question is known by its id.</summary>
    private static bool MayRepeat(SessionCommand command) =>
        command is not (Perform { Request.Kind: TurnKind.Say } or RecordEvent or BeginClientSpeech or AppendClientSpeech or EndClientSpeech);

    /// <summary>
    /// Sends a command to a session of another silo. While one is being sent again, later ones wait for it: commands keep their order.
    /// </summary>
    private async ValueTask<CommandReply> SendAwayAsync(SessionLink? link, SessionCommand command, CancellationToken cancellationToken)
    {
        if (link is not null)
        {
            await link.FlushAudioAsync();
        }

        // Named, so that it may be sent again when its answer was lost.
        var named = command is Perform { Request: { Kind: TurnKind.Ask, Id: null } ask }
            ? new Perform(ask with { Id = Guid.NewGuid().ToString("n") })
            : command;
        if (Volatile.Read(ref _again) == 0)
        {
            try
            {
                var reply = await SendOnceAsync(named);
                if (reply.Result.Reject != RejectReason.Draining)
                {
                    return reply;
                }
            }
            catch (Exception e) when (SessionCalls.IsTransient(e))
            {
                // Sent again below.
                calls.Log.LogDebug("Session {Session} did not answer: {Why}", id, e.Message);
            }
        }

        Interlocked.Increment(ref _again);
        try
        {
            await _sendingAgain.WaitAsync(cancellationToken);
            try
            {
                return await calls.CallAsync(() => SendOnceAsync(named), cancellationToken);
            }
            finally
            {
                _sendingAgain.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _again);
        }
    }

    /// <summary>
    /// What must not be done twice is sent again only when the session refused it because it is being moved, or it surely did not arrive.
    /// </summary>
    private async ValueTask<CommandReply> SendOnceAsync(SessionCommand command)
    {
        try
        {
            return calls.Here(id) is { } here ? await here.SendAsync(command, calls.Local) : await Grain.SendAsync(command, calls.Local);
        }
        catch (Exception e) when (!MayRepeat(command) && SessionCalls.IsTransient(e) && !SessionCalls.IsUndelivered(e))
        {
            throw SessionCalls.NoAnswer(e);
        }
    }

    private sealed class Subscription(SessionHandle handle, SessionLink link, ISessionSink sink) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (await handle.Links.RemoveAsync(link, sink) && ReferenceEquals(handle._link, link))
            {
                handle._link = null;
            }
        }
    }

    private SessionLinks Links => links;
}
