using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Edge;

/// <summary>One sentence on its way to a client: packets and faces that have arrived, and how many have been sent.</summary>
internal sealed class SpeechSegment(int turn, int index, string text)
{
    /// <summary>Length of an Opus packet.</summary>
    public const int PacketMs = PackedSpeech.PacketMs;

    private readonly Queue<PackedSpeech> _chunks = new();
    private readonly List<FaceFrame> _faces = [];
    private PacketReader _playing;

    public int Turn => turn;

    public int Index => index;

    public string Text => text;

    /// <summary>Packets sent.</summary>
    public int Position { get; private set; }

    /// <summary>True when the last chunk has arrived: the length is then final.</summary>
    public bool IsComplete { get; private set; }

    public int ArrivedMs => Packets * PacketMs;

    public int PlayedMs => Position * PacketMs;

    /// <summary>Chunks that have arrived.</summary>
    public int Chunks { get; private set; }

    public bool HasPacket => Position < Packets;

    public bool IsFinished => IsComplete && !HasPacket;

    public void Add(SpeechChunk chunk)
    {
        // A face list may overlap what an earlier chunk promised: the newer value holds.
        var speech = chunk.Speech;
        for (var i = 0; i < speech.FaceCount; i++)
        {
            var at = chunk.FirstFace + i;
            if (at < _faces.Count)
            {
                _faces[at] = speech.Face(i);
            }
            else
            {
                while (_faces.Count < at)
                {
                    _faces.Add(FaceFrame.Rest);
                }

                _faces.Add(speech.Face(i));
            }
        }

        _chunks.Enqueue(speech);
        Packets += speech.PacketCount;
        Chunks++;
        IsComplete |= chunk.Last;
    }

    /// <summary>Packets that have arrived.</summary>
    public int Packets { get; private set; }

    /// <summary>The face nearest in time to the next packet; at rest where none was given.</summary>
    public FaceFrame Face => FaceAt(Position);

    /// <summary>The face nearest in time to a packet; at rest where none was given.</summary>
    public FaceFrame FaceAt(int packet)
    {
        var at = (packet + 1) / 2;
        return at < _faces.Count ? _faces[at] : FaceFrame.Rest;
    }

    /// <summary>True when the face of a packet has arrived, which may be before the packet.</summary>
    public bool HasFace(int packet) => packet < Packets || (packet + 1) / 2 < _faces.Count;

    /// <summary>Takes the next packet.</summary>
    public ReadOnlySpan<byte> Take()
    {
        while (!_playing.MoveNext())
        {
            _playing = _chunks.Dequeue().Packets;
        }

        Position++;
        return _playing.Current.Span;
    }
}
