using System.Buffers;
using System.Security.Cryptography;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Files that a client sends over data channels labelled <c>file</c>, kept until they are spoken. An empty text asks for the file, its
/// chunks follow, an empty message ends it, and the answer is the reference that <c>stf</c> names.
/// </summary>
internal sealed class PersoUploads(int maxBytes)
{
    private const int MaxFiles = 8;

    /// <summary>The channels of files; null once the file is whole or was refused, for what still comes on such a channel is no message.</summary>
    private readonly Dictionary<ushort, ArrayBufferWriter<byte>?> _open = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = [];
    private int _total;

    public bool IsUpload(ushort channel) => _open.ContainsKey(channel);

    /// <summary>A channel has opened.</summary>
    /// <returns>What <see cref="Awaits"/> knows this file by.</returns>
    public object Open(ushort channel) => _open[channel] = new ArrayBufferWriter<byte>();

    /// <returns>True while nothing of a file has come.</returns>
    public bool Awaits(ushort channel, object file) =>
        _open.TryGetValue(channel, out var buffer) && ReferenceEquals(buffer, file) && buffer!.WrittenCount == 0;

    /// <summary>Takes a chunk.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="chunk">Bytes; none at the file's end.</param>
    /// <param name="reference">The file's reference, once it is whole.</param>
    /// <returns>False when the client sends more than it may; the upload is then forgotten.</returns>
    public bool Receive(ushort channel, ReadOnlySpan<byte> chunk, out string? reference)
    {
        reference = null;
        if (_open[channel] is not { } buffer)
        {
            return true;
        }

        if (chunk.IsEmpty)
        {
            _open[channel] = null;
            if (_files.Count >= MaxFiles)
            {
                _total -= buffer.WrittenCount;
                return false;
            }

            reference = "file-" + RandomNumberGenerator.GetHexString(32, true);
            _files[reference] = buffer.WrittenMemory;
            return true;
        }

        if (_total + chunk.Length > maxBytes)
        {
            Refuse(channel);
            return false;
        }

        _total += chunk.Length;
        buffer.Write(chunk);
        return true;
    }

    /// <summary>Forgets the file of a channel; what still comes of it is thrown away.</summary>
    public void Refuse(ushort channel)
    {
        if (_open.TryGetValue(channel, out var buffer) && buffer is not null)
        {
            _total -= buffer.WrittenCount;
            _open[channel] = null;
        }
    }

    /// <summary>The channel is gone.</summary>
    public void Close(ushort channel)
    {
        Refuse(channel);
        _open.Remove(channel);
    }

    /// <summary>Takes a file out, or null when there is none of that reference.</summary>
    public ReadOnlyMemory<byte>? Take(string reference)
    {
        if (!_files.Remove(reference, out var file))
        {
            return null;
        }

        _total -= file.Length;
        return file;
    }
}
