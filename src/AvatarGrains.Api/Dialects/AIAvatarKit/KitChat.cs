using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using Microsoft.AspNetCore.Http;
using ISession = AvatarGrains.Core.Sessions.ISession;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Conversation over HTTP: each request is one turn, answered as a stream of events.</summary>
internal sealed class KitChat(
    KitAccess access, KitContexts contexts, KitQuestions questions, KitLog log, IAudioCodecs codecs, TimeProvider time, AIAvatarKitOptions options)
{
    /// <summary>Performs a turn: <c>start</c>, <c>tool_call</c>, <c>chunk</c>, then <c>final</c> or <c>vision</c>.</summary>
    public async Task ChatAsync(HttpContext http)
    {
        var request = await ReadAsync(http);
        var tenant = await access.DemandAsync(http);
        var token = http.RequestAborted;
        var context = await contexts.OpenAsync(tenant, request.ContextId, token);
        var question = await questions.ReadAsync(request, context.Session, token);
        var ids = new KitIds(request.SessionId, request.UserId, context.Id);
        if (question.Text.Length == 0 || (contexts.IsAsleep(context) && !KitContexts.Wakes(question.Text, options.Wakewords)))
        {
            await TellNothingAsync(http, ids with { ContextId = question.Text.Length == 0 ? context.Id : null });
            return;
        }

        await using var wait = request.WaitInQueue == true ? await QuietWatch.BeginAsync(context.Session, token) : null;
        if (wait is { IsQuiet: false })
        {
            await using var queued = await EventStream.BeginAsync(http, time, crlf: true);
            await queued.SendAsync(KitBodies.Bytes(ids.Response("accepted")));
            await wait.QuietAsync(token);
            await using var later = await Performance.StartAsync(context.Session, question, token);
            await TellAsync(queued, later, context, ids, question, request);
            return;
        }

        await using var performance = await Performance.StartAsync(context.Session, question, token);
        await using var stream = await EventStream.BeginAsync(http, time, crlf: true);
        await TellAsync(stream, performance, context, ids, question, request);
        log.Add(tenant, $"chat: session {request.SessionId}, context {context.Id}, turn {performance.Turn}");
    }

    /// <summary>A session begins: <c>connected</c>, with the ids of the request.</summary>
    public async Task StartAsync(HttpContext http)
    {
        var request = await ReadAsync(http);
        await access.DemandAsync(http);
        await using var stream = await EventStream.BeginAsync(http, time, crlf: true);
        await stream.SendAsync(KitBodies.Bytes(new KitIds(request.SessionId, request.UserId, request.ContextId).Response("connected")));
    }

    private async ValueTask<KitRequest> ReadAsync(HttpContext http)
    {
        var request = await JsonBody.ReadAsync(http, KitJson.Default.KitRequest, options.MaxBodyBytes).DemandAsync();
        return string.IsNullOrEmpty(request.SessionId) ? throw KitErrors.Refuse("session_id is required.") : request;
    }

    private async Task TellNothingAsync(HttpContext http, KitIds ids)
    {
        await using var stream = await EventStream.BeginAsync(http, time, crlf: true);
        await stream.SendAsync(KitBodies.Bytes(ids.Response("final") with { Text = "", VoiceText = "" }));
    }

    private async Task TellAsync(
        EventStream stream, Performance performance, KitContext context, KitIds ids, TurnRequest question, KitRequest request)
    {
        using var turn = new KitTurn(codecs, ids);
        var heard = string.IsNullOrEmpty(request.Text) && request.AudioData is not null;
        var there = await stream.SendAsync(KitBodies.Bytes(turn.Start(question.Text, heard)));
        try
        {
            await foreach (var output in performance.ReadAsync(stream.Gone))
            {
                foreach (var response in turn.Read(output))
                {
                    there = there && await stream.SendAsync(KitBodies.Bytes(response));
                }
            }
        }
        catch (OperationCanceledException) when (stream.Gone.IsCancellationRequested)
        {
            // Nobody hears the rest.
            await context.Session.SendAsync(new Interrupt(), CancellationToken.None);
        }
    }

    /// <summary>Waits until a session is not saying or preparing anything.</summary>
    private sealed class QuietWatch : ISessionSink, IAsyncDisposable
    {
        private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IAsyncDisposable? _subscription;

        public bool IsQuiet => _quiet.Task.IsCompleted;

        public static async ValueTask<QuietWatch> BeginAsync(ISession session, CancellationToken cancellationToken)
        {
            var watch = new QuietWatch();
            watch._subscription = await session.SubscribeAsync(watch, cancellationToken);
            await watch._known.Task.WaitAsync(cancellationToken);
            return watch;
        }

        public Task QuietAsync(CancellationToken cancellationToken) => _quiet.Task.WaitAsync(cancellationToken);

        public void Deliver(SessionOutput output)
        {
            if (output is TurnComplete or TurnEnded or SessionEnded or PhaseChanged { Phase: ConversationPhase.Idle })
            {
                _quiet.TrySetResult();
            }

            _known.TrySetResult();
        }

        public ValueTask DisposeAsync() => _subscription?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
