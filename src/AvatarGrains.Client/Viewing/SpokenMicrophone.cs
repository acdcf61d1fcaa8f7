using System.Collections.Concurrent;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Client.Viewing;

/// <summary>
/// A microphone in front of which recordings are played: an Opus packet each 20 ms, silence between the recordings. Runs on the viewer's
/// loop.
/// </summary>
public sealed class SpokenMicrophone : IMediaTicker
{
    private const long PacketMicroseconds = 20_000;
    private const uint PacketTicks = 960;

    // A CELT frame whose silence flag is set (RFC 6716 4.3).
    private static readonly byte[] Silence = [0xF8, 0xFF, 0xFE];

    private readonly ConcurrentQueue<Recording> _waiting = new();
    private Peer? _peer;
    private Recording? _current;
    private uint _timestamp;
    private int _packet;

    /// <summary>Plays a recording.</summary>
    /// <param name="packets">Opus packets of 20 ms.</param>
    /// <returns>The viewer's time at which its last packet was sent, µs.</returns>
    public Task<long> PlayAsync(IReadOnlyList<ReadOnlyMemory<byte>> packets)
    {
        var recording = new Recording(packets, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue(recording);
        return recording.Over.Task;
    }

    public long Tick(long due, long now)
    {
        if (_current is null && _waiting.TryDequeue(out var next))
        {
            (_current, _packet) = (next, 0);
        }

        _peer!.SendAudio(_current is null ? Silence : _current.Packets[_packet].Span, _timestamp, now);
        _timestamp += PacketTicks;
        if (_current is not null && ++_packet == _current.Packets.Count)
        {
            _current.Over.TrySetResult(now);
            _current = null;
        }

        return due + PacketMicroseconds;
    }

    internal void Bind(Peer peer) => _peer = peer;

    private sealed record Recording(IReadOnlyList<ReadOnlyMemory<byte>> Packets, TaskCompletionSource<long> Over);
}
