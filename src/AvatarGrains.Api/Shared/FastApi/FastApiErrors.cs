using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared.FastApi;

/// <summary>
/// The error shape of servers written with FastAPI: 422 with a list for a body that is not what was declared, <c>{"detail":"…"}</c> for all else.
/// </summary>
internal sealed class FastApiErrors : IErrorShape
{
    public IResult Answer(RequestError error) => error.Fault switch
    {
        RequestFault.BadJson => FastApiAnswers.Unprocessable(FastApiIssue.NotJson(error.Position ?? 0)),
        RequestFault.Empty or RequestFault.NullBody => FastApiAnswers.Unprocessable(FastApiIssue.Missing(null)),
        RequestFault.BadForm or RequestFault.Missing => FastApiAnswers.Unprocessable(FastApiIssue.Missing(error.Field)),
        RequestFault.WrongType => FastApiAnswers.Unprocessable(new FastApiIssue("value_error", Place(error), $"Value error, {error.Detail}")),
        RequestFault.Invalid when error.Field is { } field =>
            FastApiAnswers.Unprocessable(new FastApiIssue("value_error", ["body", field], $"Value error, {error.Detail}")),
        _ => FastApiAnswers.Detail(error.Status, error.Detail),
    };

    /// <summary>A JSON path such as <c>$.messages[0].content</c> as a list: body, messages, 0, content.</summary>
    private static List<object> Place(RequestError error)
    {
        List<object> place = ["body"];
        var path = error.Path ?? (error.Field is { } field ? "$." + field : "$");
        foreach (var part in path.Split(['$', '.', '[', ']', '\''], StringSplitOptions.RemoveEmptyEntries))
        {
            place.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : part);
        }

        return place;
    }
}
