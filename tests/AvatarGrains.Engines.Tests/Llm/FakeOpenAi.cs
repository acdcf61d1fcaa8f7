using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AvatarGrains.Testing;

namespace AvatarGrains.Engines.Tests.Llm;

/// <summary>A tiny HTTP server on the loopback that answers every request as a test tells it to.</summary>
internal sealed class FakeOpenAi : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerContext, Task> _answer;
    private readonly ConcurrentBag<Task> _answers = [];
    private readonly Task _loop;

    public FakeOpenAi(Func<HttpListenerContext, Task> answer)
    {
        _answer = answer;
        (_listener, var address) = LocalHttp.Listen();
        BaseUrl = address + "v1";
        _loop = Task.Run(ServeAsync);
    }

    public string BaseUrl { get; }

    /// <summary>Bodies received, with the path and the authorization before them.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static FakeOpenAi Events(params string[] events) => new(c => SendEventsAsync(c, events));

    public static FakeOpenAi Status(int status) => new(c =>
    {
        c.Response.StatusCode = status;
        c.Response.Close("{\"error\":{\"message\":\"no\"}}"u8.ToArray(), false);
        return Task.CompletedTask;
    });

    public static async Task SendEventsAsync(HttpListenerContext context, params string[] events)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.SendChunked = true;
        foreach (var data in events)
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"));
            await context.Response.OutputStream.FlushAsync();
        }

        context.Response.Close();
    }

    public static string Delta(string delta, string? finish = null) =>
        "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
        + ",\"finish_reason\":" + (finish is null ? "null" : $"\"{finish}\"") + "}]}";

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                Requests.Enqueue($"{context.Request.RawUrl} {context.Request.Headers["Authorization"]}\n{await reader.ReadToEndAsync()}");
                _answers.Add(_answer(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
