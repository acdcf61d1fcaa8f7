namespace AvatarGrains.WebRtc.Sockets;

/// <summary>Where a peer writes the datagrams it wants sent. The owner batches them into system calls.</summary>
public interface IDatagramWriter
{
    /// <summary>
    /// A buffer of at least <paramref name="size"/> bytes (size ≤ 2048), valid until <see cref="Commit"/> or the next <see cref="Rent"/>.
    /// </summary>
    Span<byte> Rent(int size);

    /// <summary>Sends the first <paramref name="length"/> bytes of the rented buffer.</summary>
    void Commit(int length, in NetAddress to);
}

/// <summary>Handles one received datagram.</summary>
public delegate void DatagramHandler(Span<byte> datagram, in NetAddress from);

/// <summary>A UDP socket that moves many datagrams per system call where the kernel can. One owner thread, except <see cref="Wake"/>.</summary>
public interface IDatagramSocket : IDatagramWriter, IDisposable
{
    NetAddress LocalAddress { get; }

    /// <summary>
    /// Waits at most <paramref name="timeoutMicroseconds"/> for input or <see cref="Wake"/>, then hands over all that has arrived, at most
    /// <paramref name="limit"/>.
    /// </summary>
    /// <returns>Datagrams handed over.</returns>
    int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler);

    /// <summary>Sends what was committed.</summary>
    void Flush();

    /// <summary>Makes a waiting <see cref="Receive"/> return. Any thread.</summary>
    void Wake();

    /// <summary>Datagrams the kernel refused to take since the start.</summary>
    long SendErrors { get; }

    /// <summary>Datagrams handed to the kernel since the start.</summary>
    long DatagramsSent { get; }

    /// <summary>Datagrams taken from the kernel since the start.</summary>
    long DatagramsReceived { get; }

    /// <summary>System calls that sent datagrams.</summary>
    long SendCalls { get; }
}
