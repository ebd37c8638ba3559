using Actions.Shared;
using Actions.Shared.Hosting;

namespace Actions.AccountReview;

/// <summary>Writes files: each is there whole or not at all, and without masked values.</summary>
internal sealed class OutputFiles(ActionContext context)
{
    /// <summary>Writes a file beside its place and moves it there; does nothing when no path is given.</summary>
    /// <exception cref="ActionException">It cannot be written.</exception>
    public void Write(string option, string file, string text)
    {
        if (file.Length > 0)
        {
            ReportFile.Write(context, option, file, context.Secrets.Redact(text));
        }
    }
}
