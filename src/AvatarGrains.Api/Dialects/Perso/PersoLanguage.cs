using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Answers by text: with the history kept here, and with the history and the tools of the client.</summary>
internal sealed class PersoLanguage(ISessionHost host, IEngineCatalog engines, PersoOptions options)
{
    public async Task AskAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoLlmRequest, options.MaxJsonBytes).DemandAsync();
        var message = Text(request.Message, "message");
        var token = context.RequestAborted;
        await using var sentences = host.Open(id)
            .AskTextAsync(new TextQuestion(message, request.ClearHistory ?? false), token)
            .GetAsyncEnumerator(token);
        // The first sentence decides between an answer and an error status.
        var more = await sentences.MoveNextAsync();
        PersoBodies.BeginStream(context);
        try
        {
            string? last = null;
            for (; more; more = await sentences.MoveNextAsync())
            {
                var line = new PersoLlmLine("success", PersoChat.Joined(last, sentences.Current));
                last = sentences.Current;
                await PersoBodies.WriteLineAsync(context, line, PersoBodies.Readable.PersoLlmLine);
            }
        }
        catch (SessionRejectedException rejected)
        {
            await PersoBodies.WriteLineAsync(context, new PersoFailLine("fail", rejected.Message), PersoBodies.Readable.PersoFailLine);
        }
    }

    public async Task ChatAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoChatRequest, options.MaxJsonBytes).DemandAsync();
        var token = context.RequestAborted;
        var (model, messages, chat) = await PersoChat.PrepareAsync(host, engines, id, request, token);
        await using var updates = model.Client.GetStreamingResponseAsync(messages, chat, token).GetAsyncEnumerator(token);
        var more = await FirstAsync(updates);
        PersoBodies.BeginStream(context);
        await StreamAsync(context, updates, more);
    }

    private static async ValueTask<bool> FirstAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        try
        {
            // What is empty only says that the model works.
            bool more;
            do
            {
                more = await updates.MoveNextAsync();
            }
            while (more && updates.Current.Contents.Count == 0);
            return more;
        }
        catch (EngineException failed)
        {
            throw SessionRejectedException.Of(failed);
        }
    }

    private static async Task StreamAsync(HttpContext context, IAsyncEnumerator<ChatResponseUpdate> updates, bool more)
    {
        var sentences = new Core.Speech.SentenceSplitter();
        string? last = null;
        var calls = new List<PersoToolCall>();
        try
        {
            for (; more; more = await updates.MoveNextAsync())
            {
                calls.AddRange(updates.Current.Contents.OfType<FunctionCallContent>().Select(PersoChatMapper.Call));
                last = await WriteAsync(context, sentences.Push(updates.Current.Text), last);
            }

            await WriteAsync(context, sentences.Finish(), last);
        }
        catch (EngineException failed)
        {
            await PersoBodies.WriteLineAsync(context, new PersoFailLine("fail", failed.Message), PersoBodies.Readable.PersoFailLine);
            return;
        }

        if (calls.Count > 0)
        {
            await PersoBodies.WriteLineAsync(
                context, new PersoToolCallLine("success", "tool_call", "assistant", null, calls), PersoBodies.Readable.PersoToolCallLine);
        }

        await PersoBodies.WriteLineAsync(context, new PersoFinishLine("success", "finish"), PersoBodies.Readable.PersoFinishLine);
    }

    private static async ValueTask<string?> WriteAsync(HttpContext context, IReadOnlyList<Core.Speech.TextSegment> segments, string? last)
    {
        foreach (var segment in segments.Where(one => one.Text.Length > 0))
        {
            var line = new PersoMessageLine("success", "message", "assistant", PersoChat.Joined(last, segment.Text));
            last = segment.Text;
            await PersoBodies.WriteLineAsync(context, line, PersoBodies.Readable.PersoMessageLine);
        }

        return last;
    }

    private string Text(string? text, string attr)
    {
        if (text is null)
        {
            throw PersoException.Missing(attr);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new PersoException(400, "blank", "This field may not be blank.", attr);
        }

        return text.Length <= options.MaxTextLength
            ? text
            : throw new PersoException(400, "max_length", $"Ensure this field has no more than {options.MaxTextLength} characters.", attr);
    }
}
