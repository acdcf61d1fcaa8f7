using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Payloads;

/// <summary>The VP8 payload descriptor (RFC 7741 4.2).</summary>
/// <param name="Start">S: first packet of partition 0, here of the frame.</param>
/// <param name="Partition">PID.</param>
/// <param name="NonReference">N: no other frame is predicted from this one.</param>
/// <param name="PictureId">15 bits, or -1 when absent.</param>
/// <param name="Tl0PicIdx">Index of the base-layer frame, or -1 when absent.</param>
/// <param name="TemporalLayer">TID, or -1 when absent.</param>
/// <param name="LayerSync">Y: depends on the base layer alone.</param>
public readonly record struct Vp8Descriptor(
    bool Start, byte Partition, bool NonReference, int PictureId, int Tl0PicIdx, int TemporalLayer, bool LayerSync)
{
    /// <summary>Bytes of a descriptor as <see cref="Write"/> writes it.</summary>
    public const int Size = 6;

    /// <summary>Writes the descriptor with 15-bit PictureID, TL0PICIDX and TID.</summary>
    public void Write(Span<byte> payload)
    {
        payload[0] = (byte)(0x80 | (NonReference ? 0x20 : 0) | (Start ? 0x10 : 0) | (Partition & 7));
        payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(0x8000 | PictureId));
        payload[4] = (byte)Tl0PicIdx;
        payload[5] = (byte)((TemporalLayer << 6) | (LayerSync ? 0x20 : 0));
    }

    /// <summary>Reads a descriptor in any of its forms.</summary>
    /// <param name="payload">RTP payload.</param>
    /// <param name="descriptor">What it says.</param>
    /// <param name="size">Its bytes; VP8 data follows.</param>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor, out int size)
    {
        descriptor = default;
        size = 1;
        if (payload.Length < 2)
        {
            return false;
        }

        int pictureId = -1, tl0 = -1, layer = -1;
        var sync = false;
        if ((payload[0] & 0x80) != 0)
        {
            var flags = payload[size++];
            if ((flags & 0x80) != 0)
            {
                if (payload.Length <= size)
                {
                    return false;
                }

                if ((payload[size] & 0x80) == 0)
                {
                    pictureId = payload[size++];
                }
                else if (payload.Length < size + 2)
                {
                    return false;
                }
                else
                {
                    pictureId = BinaryPrimitives.ReadUInt16BigEndian(payload[size..]) & 0x7FFF;
                    size += 2;
                }
            }

            if ((flags & 0x40) != 0)
            {
                if (payload.Length <= size)
                {
                    return false;
                }

                tl0 = payload[size++];
            }

            if ((flags & 0x30) != 0)
            {
                if (payload.Length <= size)
                {
                    return false;
                }

                layer = (flags & 0x20) != 0 ? payload[size] >> 6 : -1;
                sync = (payload[size++] & 0x20) != 0;
            }
        }

        descriptor = new Vp8Descriptor((payload[0] & 0x10) != 0, (byte)(payload[0] & 7), (payload[0] & 0x20) != 0, pictureId, tl0, layer, sync);
        return payload.Length > size;
    }
}
