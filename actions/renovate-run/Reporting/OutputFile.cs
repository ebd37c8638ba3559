using Actions.Shared;
using Actions.Shared.Hosting;

namespace Actions.RenovateRun.Reporting;

/// <summary>Files that a run leaves behind: whole or not at all, without secrets, and named in an output.</summary>
internal static class OutputFile
{
    /// <summary>Writes a file and sets the output; nothing when no file is asked for.</summary>
    /// <exception cref="ActionException">It cannot be written.</exception>
    public static void Write(ActionContext context, string output, string file, string text)
    {
        if (file.Length > 0)
        {
            context.Outputs.Set(output, ReportFile.Write(context, output, file, context.Secrets.Redact(text)));
        }
    }
}
