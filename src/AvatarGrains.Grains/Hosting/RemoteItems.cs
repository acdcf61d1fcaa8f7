using System.Runtime.CompilerServices;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Hosting;

/// <summary>
/// Answers that a session gives item by item. One that the session refuses because it is being moved, or that surely did not reach it, has not begun and is asked for again;
/// one that breaks off is not: what of it the session has done is done.
/// </summary>
internal static class RemoteItems
{
    /// <param name="services">Calls.</param>
    /// <param name="call">Asks for the items.</param>
    /// <param name="refusal">What an item says is refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SessionRejectedException">Refused, or the session's silo was lost.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        LinkServices services, Func<IAsyncEnumerable<T>> call, Func<T, RefusalWire?> refusal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (items, more) = await services.CallAsync(() => BeginAsync(call, refusal, cancellationToken), cancellationToken);
        await using (items)
        {
            while (more)
            {
                yield return refusal(items.Current) is { } refused ? throw refused.Read() : items.Current;
                more = await NextAsync(items);
            }
        }
    }

    private static async Task<(IAsyncEnumerator<T> Items, bool More)> BeginAsync<T>(
        Func<IAsyncEnumerable<T>> call, Func<T, RefusalWire?> refusal, CancellationToken cancellationToken)
    {
        var items = call().GetAsyncEnumerator(cancellationToken);
        try
        {
            var more = await NextAsync(items);
            return more && refusal(items.Current)?.Reason == (int)RejectReason.Draining
                ? throw new OrleansException("The session is being moved.")
                : (items, more);
        }
        catch
        {
            await items.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when ((LinkServices.IsTransient(e) && !LinkServices.IsUndelivered(e)) || e is EnumerationAbortedException)
        {
            throw new SessionRejectedException(RejectReason.Busy, "The session's server does not answer: " + e.Message);
        }
    }
}
