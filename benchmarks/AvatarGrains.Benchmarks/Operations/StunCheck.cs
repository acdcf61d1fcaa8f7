using System.Text;
using AvatarGrains.WebRtc.Ice;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Writes a connectivity check and takes it apart again, integrity and fingerprint included.</summary>
internal sealed class StunCheck : IOperation
{
    private readonly byte[] _buffer = new byte[512];
    private readonly byte[] _key = Encoding.ASCII.GetBytes("a-password-of-22-chars");
    private readonly byte[] _user = Encoding.ASCII.GetBytes("serverfrag:clientfrag");
    private readonly byte[] _transaction = new byte[12];

    public void Run()
    {
        var builder = new StunBuilder(_buffer, Stun.BindingRequest, _transaction);
        builder.Add(Stun.Username, _user);
        builder.AddUInt32(Stun.Priority, 1);
        var length = builder.Finish(_key);
        if (!StunMessage.TryParse(_buffer.AsSpan(0, length), out var message) || !message.Verify(_key))
        {
            throw new InvalidOperationException("The check does not verify.");
        }
    }

    public void Dispose()
    {
    }
}
