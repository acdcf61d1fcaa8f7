using System.Runtime.CompilerServices;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Chat;

/// <summary>
/// One session after another with a server: starts one when it is needed, keeps it alive, notices its end, and ends it gracefully. What was
/// said is kept across sessions. Used from one logical thread; only the heartbeat runs beside it.
/// </summary>
internal sealed class Conversation(PersoClient client, PersoSessionRequest request, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private readonly List<TranscriptLine> _transcript = [];
    private PersoSessionRequest _request = request;
    private PersoSession? _session;
    private CancellationTokenSource? _beating;
    private Task _heartbeat = Task.CompletedTask;
    private string? _notice;
    private bool _fresh;
    private volatile string? _endedFor;

    public IReadOnlyList<TranscriptLine> Transcript => _transcript;

    /// <summary>What the next session is created with.</summary>
    public PersoSessionRequest Request => _request;

    /// <summary>The running session, or null.</summary>
    public PersoSession? Session => _session;

    /// <summary>Whether the session may do something; before there is one, whether it was asked for.</summary>
    public bool Can(string capability) => (_session?.Capability ?? _request.Capability).Contains(capability);

    /// <summary>Something the user should know about the session, once.</summary>
    public string? TakeNotice()
    {
        var notice = _notice ?? (_endedFor is { } reason && _session is not null ? Ended(reason) : null);
        _notice = null;
        return notice;
    }

    /// <summary>Makes sure that there is a session.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_session is not null && _endedFor is null)
        {
            return;
        }

        if (_session is not null)
        {
            _notice ??= Ended(_endedFor!);
            await ForgetAsync();
        }

        _request = await SessionDefaults.FillAsync(client, _request, cancellationToken);
        _session = await client.CreateSessionAsync(_request, cancellationToken);
        _beating = new CancellationTokenSource();
        _heartbeat = BeatAsync(_session.Id, _beating.Token);
        await client.SendEventAsync(_session.Id, "SESSION_START", "", cancellationToken);
    }

    /// <summary>Asks and gives the reply as it comes, ready to be shown. Both are kept in the transcript, as far as the reply came.</summary>
    public async IAsyncEnumerable<string> AskAsync(string message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var words = ReplyJoiner.Clean(message).Trim();
        _transcript.Add(new TranscriptLine(time.GetLocalNow(), true, words));
        var reply = new ReplyJoiner();
        var at = time.GetLocalNow();
        var pieces = await OnSessionAsync(async id =>
        {
            var stream = client.AskAsync(id, words, _fresh, cancellationToken).GetAsyncEnumerator(cancellationToken);
            return (Stream: stream, Any: await stream.MoveNextAsync());
        }, cancellationToken);
        _fresh = false;
        try
        {
            for (var more = pieces.Any; more; more = await pieces.Stream.MoveNextAsync())
            {
                yield return reply.Add(pieces.Stream.Current);
            }
        }
        finally
        {
            await pieces.Stream.DisposeAsync();
            if (reply.Text.Length > 0)
            {
                _transcript.Add(new TranscriptLine(at, false, reply.Text.TrimEnd()));
            }
        }
    }

    public Task<byte[]> SpeakAsync(string text, CancellationToken cancellationToken) =>
        OnSessionAsync(id => client.SpeakAsync(id, text, cancellationToken), cancellationToken);

    /// <summary>Recognizes a file of speech, which is opened twice when the session turns out to have ended.</summary>
    public async Task<string> TranscribeAsync(
        Func<Stream> open, string fileName, string mediaType, string? language, CancellationToken cancellationToken)
    {
        var text = await OnSessionAsync(async id =>
        {
            await using var audio = open();
            return await client.TranscribeAsync(id, audio, fileName, mediaType, language, cancellationToken);
        }, cancellationToken);
        return ReplyJoiner.Clean(text).Trim();
    }

    /// <summary>The next question starts anew, without what was said before.</summary>
    public void Forget() => _fresh = true;

    /// <summary>Ends the session, if any; the next one is made with other settings.</summary>
    public async Task ChangeAsync(PersoSessionRequest request)
    {
        await EndAsync();
        _request = request;
    }

    /// <summary>Ends the session gracefully, within five seconds.</summary>
    public async Task EndAsync()
    {
        var session = _session;
        var ended = _endedFor is not null;
        await ForgetAsync();
        if (session is null || ended)
        {
            return;
        }

        using var limit = new CancellationTokenSource(EndWithin, time);
        try
        {
            await client.SendEventAsync(session.Id, "SESSION_END", "", limit.Token);
        }
        catch (PersoClientException error)
        {
            // Nothing is left to be done: the server ends a session whose heartbeat is missing by itself.
            _notice = $"The server was not told that the session is over: {error.Message}";
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            _notice = "The server was not told that the session is over: it did not answer.";
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private static bool SaysEnded(PersoClientException error) =>
        error.Fault == PersoFault.Refused && (error.Status is 404 or 410 || error.Code == "session_terminated");

    private static string Ended(string reason) => $"The session ended: {Failure.Reason(reason)}. A new one begins without what was said before.";

    // A session that ended unnoticed is replaced and the call repeated, once.
    private async Task<T> OnSessionAsync<T>(Func<string, Task<T>> call, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        try
        {
            return await call(_session!.Id);
        }
        catch (PersoClientException error) when (SaysEnded(error))
        {
            await MarkEndedAsync(_session!.Id, cancellationToken);
        }

        await StartAsync(cancellationToken);
        return await call(_session!.Id);
    }

    private async Task BeatAsync(string id, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(HeartbeatEvery, time);
        try
        {
            while (_endedFor is null && await timer.WaitForNextTickAsync(cancellationToken))
            {
                await BeatOnceAsync(id, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session is over.
        }
    }

    private async Task BeatOnceAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendEventAsync(id, "SESSION_DURING", "", cancellationToken);
            if (answer.Terminates)
            {
                _endedFor = answer.Reason ?? "";
            }
        }
        catch (PersoClientException error) when (SaysEnded(error))
        {
            await MarkEndedAsync(id, cancellationToken);
        }
        catch (PersoClientException)
        {
            // The server has a grace time, so that the next beat may still be in time; what the user does next shows whether the server is there.
        }
    }

    private async Task MarkEndedAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            _endedFor = (await client.GetSessionAsync(id, cancellationToken)).TerminationReason ?? "";
        }
        catch (PersoClientException)
        {
            // The reason is only for the user; that the session is over is known without it.
            _endedFor = "";
        }
    }

    private async Task ForgetAsync()
    {
        if (_beating is not null)
        {
            await _beating.CancelAsync();
            await _heartbeat;
            _beating.Dispose();
        }

        _beating = null;
        _session = null;
        _endedFor = null;
    }
}
