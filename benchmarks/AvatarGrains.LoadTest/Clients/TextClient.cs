using System.Net.WebSockets;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>A client without media: asks, reads the answer, pauses and asks again, until it leaves.</summary>
internal abstract class TextClient(Behaviour behaviour, TextMeasures measures, Texts texts, TimeProvider time) : ILoadMember
{
    private static readonly TimeSpan Thinking = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource _leaving = new();
    private Task _running = Task.CompletedTask;

    public Behaviour Behaviour => behaviour;

    protected TextMeasures Measures => measures;

    protected TimeProvider Time => time;

    /// <summary>Begins to ask.</summary>
    public void Start() => _running = RunAsync();

    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _running;
        _leaving.Dispose();
    }

    /// <summary>Asks once and takes the whole answer.</summary>
    protected abstract Task AskAsync(string question, CancellationToken cancellationToken);

    /// <summary>Ends the session or connection.</summary>
    protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    private async Task RunAsync()
    {
        try
        {
            while (!_leaving.IsCancellationRequested)
            {
                await AskAsync(texts.NextAsked(), _leaving.Token);
                await Task.Delay(Thinking, time, _leaving.Token);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Told to leave.
        }
        catch (Exception failed) when (failed is PersoClientException or WebSocketException or IOException or OperationCanceledException)
        {
            measures.Failed();
            await Console.Error.WriteLineAsync($"A {behaviour} client fell out: {failed.Message}");
        }

        await EndAsync();
    }
}
