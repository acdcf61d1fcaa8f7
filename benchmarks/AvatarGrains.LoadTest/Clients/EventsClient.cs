using AvatarGrains.Client.Rest;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Asks by REST and reads the answer's event stream.</summary>
internal sealed class EventsClient(PersoClient http, string session, TextMeasures measures, Texts texts, TimeProvider time)
    : TextClient(Behaviour.Events, measures, texts, time)
{
    protected override async Task AskAsync(string question, CancellationToken cancellationToken)
    {
        await http.SendEventAsync(session, "SESSION_DURING", "", cancellationToken);
        var asked = Time.GetTimestamp();
        var first = true;
        await foreach (var sentence in http.AskAsync(session, question, clearHistory: true, cancellationToken))
        {
            if (first)
            {
                Measures.Words(Time.GetElapsedTime(asked));
                first = false;
            }
        }

        if (first)
        {
            throw new IOException("an answer without words");
        }
    }
}
