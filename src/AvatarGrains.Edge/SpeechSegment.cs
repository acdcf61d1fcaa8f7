using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>One sentence on its way to a client: packets and faces that have arrived, and how many have been sent.</summary>
internal sealed class SpeechSegment(int turn, int index, string text)
{
    /// <summary>Length of an Opus packet.</summary>
    public const int PacketMs = 20;

    private readonly List<ReadOnlyMemory<byte>> _packets = [];
    private readonly List<FaceFrame> _faces = [];

    public int Turn => turn;

    public int Index => index;

    public string Text => text;

    /// <summary>Packets sent.</summary>
    public int Position { get; private set; }

    /// <summary>True when the last chunk has arrived: the length is then final.</summary>
    public bool IsComplete { get; private set; }

    public int ArrivedMs => _packets.Count * PacketMs;

    public int PlayedMs => Position * PacketMs;

    /// <summary>Chunks that have arrived.</summary>
    public int Chunks { get; private set; }

    public bool HasPacket => Position < _packets.Count;

    public bool IsFinished => IsComplete && !HasPacket;

    public void Add(SpeechChunk chunk)
    {
        // A face list may overlap what an earlier chunk promised: the newer value holds.
        for (var i = 0; i < chunk.Faces.Count; i++)
        {
            var at = chunk.FirstFace + i;
            if (at < _faces.Count)
            {
                _faces[at] = chunk.Faces[i];
            }
            else
            {
                while (_faces.Count < at)
                {
                    _faces.Add(FaceFrame.Rest);
                }

                _faces.Add(chunk.Faces[i]);
            }
        }

        for (var i = 0; i < chunk.Packets.Count; i++)
        {
            _packets.Add(chunk.Packets[i]);
        }

        Chunks++;
        IsComplete |= chunk.Last;
    }

    /// <summary>Packets that have arrived.</summary>
    public int Packets => _packets.Count;

    /// <summary>The face nearest in time to the next packet; at rest where none was given.</summary>
    public FaceFrame Face => FaceAt(Position);

    /// <summary>The face nearest in time to a packet; at rest where none was given.</summary>
    public FaceFrame FaceAt(int packet)
    {
        var at = (packet + 1) / 2;
        return at < _faces.Count ? _faces[at] : FaceFrame.Rest;
    }

    /// <summary>True when the face of a packet has arrived, which may be before the packet.</summary>
    public bool HasFace(int packet) => packet < _packets.Count || (packet + 1) / 2 < _faces.Count;

    /// <summary>Takes the next packet.</summary>
    public ReadOnlySpan<byte> Take() => _packets[Position++].Span;
}
