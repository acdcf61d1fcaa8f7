using System.Runtime.InteropServices;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// Microphone audio of one session on its way to the session's silo: one message at a time, which takes along everything that came
/// meanwhile. Holds half a second; what is beyond that the session would drop. Thread-safe.
/// </summary>
internal sealed class AudioUplink(ISessionGrain grain, SessionCalls calls)
{
    private const int Capacity = 8000;

    private readonly Lock _lock = new();
    private readonly List<short> _waiting = new(1024);
    private TaskCompletionSource? _sending;

    /// <summary>Takes samples; drops them when too many wait.</summary>
    public void Push(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            if (samples.Length == 0 || _waiting.Count + samples.Length > Capacity)
            {
                return;
            }

            CollectionsMarshal.SetCount(_waiting, _waiting.Count + samples.Length);
            samples.CopyTo(CollectionsMarshal.AsSpan(_waiting)[^samples.Length..]);
            if (_sending is null)
            {
                _sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                calls.Run(SendAsync);
            }
        }
    }

    /// <summary>Returns when what was taken has arrived or is lost, so that a command does not overtake it.</summary>
    public ValueTask FlushAsync()
    {
        lock (_lock)
        {
            return _sending is null ? ValueTask.CompletedTask : new ValueTask(_sending.Task);
        }
    }

    private async Task SendAsync()
    {
        while (Take() is { } pcm)
        {
            try
            {
                await grain.PushAudioAsync(pcm);
            }
            catch (Exception e) when (SessionCalls.IsTransient(e))
            {
                // The session is being moved. What was said meanwhile is lost; what comes next is tried again.
                calls.Log.LogInformation("Microphone audio was lost: {Reason}", e.Message);
            }
        }
    }

    private byte[]? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _sending!.TrySetResult();
                _sending = null;
                return null;
            }

            var pcm = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_waiting)).ToArray();
            _waiting.Clear();
            return pcm;
        }
    }
}
