namespace AvatarGrains.Media.Poses;

/// <summary>JPEG pictures of all views within a byte budget; the least recently used are dropped first. Thread-safe.</summary>
internal sealed class JpegCache(long budget)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(PoseGrid Grid, int Index), LinkedListNode<Picture>> _pictures = [];
    private readonly LinkedList<Picture> _byUse = new();
    private long _bytes;

    public ReadOnlyMemory<byte>? Find(PoseGrid grid, int index)
    {
        lock (_gate)
        {
            if (!_pictures.TryGetValue((grid, index), out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Data;
        }
    }

    public void Add(PoseGrid grid, int index, byte[] data)
    {
        lock (_gate)
        {
            if (_pictures.ContainsKey((grid, index)))
            {
                return;
            }

            _pictures[(grid, index)] = _byUse.AddLast(new Picture(grid, index, data));
            _bytes += data.Length;
            while (_bytes > budget && _byUse.First is { } oldest)
            {
                Remove(oldest);
            }
        }
    }

    public void Drop(PoseGrid grid)
    {
        lock (_gate)
        {
            for (var node = _byUse.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Grid == grid)
                {
                    Remove(node);
                }

                node = next;
            }
        }
    }

    private void Remove(LinkedListNode<Picture> node)
    {
        _byUse.Remove(node);
        _pictures.Remove((node.Value.Grid, node.Value.Index));
        _bytes -= node.Value.Data.Length;
    }

    private sealed record Picture(PoseGrid Grid, int Index, byte[] Data);
}
