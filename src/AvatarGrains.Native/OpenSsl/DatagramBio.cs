using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// The BIO through which OpenSSL exchanges datagrams with an association: one read and one write is one datagram, so that boundaries hold.
/// </summary>
internal static unsafe class DatagramBio
{
    private static readonly nint Method = CreateMethod();

    /// <summary>Makes a BIO; SSL_free frees it with its SSL.</summary>
    public static nint Create(GCHandle owner)
    {
        var bio = NativeSsl.BIO_new(Method);
        NativeSsl.BIO_set_data(bio, GCHandle.ToIntPtr(owner));
        return bio;
    }

    private static nint CreateMethod()
    {
        var method = NativeSsl.BIO_meth_new(NativeSsl.BIO_get_new_index() | NativeSsl.BioTypeSourceSink, "datagrams");
        NativeSsl.BIO_meth_set_write(method, &Write);
        NativeSsl.BIO_meth_set_read(method, &Read);
        NativeSsl.BIO_meth_set_ctrl(method, &Control);
        return method;
    }

    private static OpenSslDtlsAssociation? Owner(nint bio) =>
        GCHandle.FromIntPtr(NativeSsl.BIO_get_data(bio)).Target as OpenSslDtlsAssociation;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* data, int length)
    {
        Owner(bio)?.OnWrite(new ReadOnlySpan<byte>(data, length));
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* data, int length)
    {
        NativeSsl.BIO_clear_flags(bio, NativeSsl.BioFlagsRetryMask);
        var read = Owner(bio)?.OnRead(new Span<byte>(data, length)) ?? 0;
        if (read > 0)
        {
            return read;
        }

        NativeSsl.BIO_set_flags(bio, NativeSsl.BioFlagsRetryRead);
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == NativeSsl.BioCtrlFlush ? 1 : 0;
}
