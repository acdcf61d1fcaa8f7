namespace AvatarGrains.Testing;

/// <summary>Sends each request of a client to the next of several servers.</summary>
/// <param name="next">Where the next one goes.</param>
internal sealed class TakingTurns(Func<Uri> next) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var server = next();
        request.RequestUri = new UriBuilder(request.RequestUri!) { Host = server.Host, Port = server.Port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
