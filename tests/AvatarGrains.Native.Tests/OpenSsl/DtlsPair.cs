using AvatarGrains.Native.OpenSsl;
using AvatarGrains.WebRtc.Dtls;

namespace AvatarGrains.Native.Tests.OpenSsl;

/// <summary>A client and a server that exchange datagrams through a filter.</summary>
internal sealed class DtlsPair : IDisposable
{
    private readonly OpenSslDtlsFactory _clientFactory;
    private readonly OpenSslDtlsFactory _serverFactory;
    private readonly byte[] _buffer = new byte[4096];

    public DtlsPair(IReadOnlyList<SrtpProfile>? clientProfiles = null, IReadOnlyList<SrtpProfile>? serverProfiles = null)
    {
        _clientFactory = new OpenSslDtlsFactory(TimeProvider.System, clientProfiles);
        _serverFactory = new OpenSslDtlsFactory(TimeProvider.System, serverProfiles);
        Client = _clientFactory.Create(server: false);
        Server = _serverFactory.Create(server: true);
    }

    public IDtlsAssociation Client { get; }

    public IDtlsAssociation Server { get; }

    public ReadOnlyMemory<byte> ClientFingerprint => _clientFactory.Fingerprint;

    public ReadOnlyMemory<byte> ServerFingerprint => _serverFactory.Fingerprint;

    public int LargestDatagram { get; private set; }

    public int Datagrams { get; private set; }

    /// <summary>Decides for each datagram whether it arrives; may change it.</summary>
    public Func<byte[], bool> Deliver { get; set; } = _ => true;

    public bool Connected => Client.State == DtlsState.Connected && Server.State == DtlsState.Connected;

    /// <summary>Moves datagrams until both are silent.</summary>
    public void Exchange()
    {
        while (Move(Client, Server) | Move(Server, Client))
        {
        }
    }

    /// <summary>Starts and retransmits until both are connected or the rounds are used up.</summary>
    public void Connect(int rounds = 40)
    {
        Server.Start();
        Client.Start();
        Exchange();
        for (var i = 0; i < rounds && !Connected; i++)
        {
            Client.Retransmit();
            Server.Retransmit();
            Exchange();
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _clientFactory.Dispose();
        _serverFactory.Dispose();
    }

    private bool Move(IDtlsAssociation from, IDtlsAssociation to)
    {
        var moved = false;
        int length;
        while ((length = from.TakeOutgoing(_buffer)) > 0)
        {
            moved = true;
            Datagrams++;
            LargestDatagram = Math.Max(LargestDatagram, length);
            var datagram = _buffer[..length];
            if (Deliver(datagram))
            {
                to.Receive(datagram);
            }
        }

        return moved;
    }
}
