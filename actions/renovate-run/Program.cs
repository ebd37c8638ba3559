// renovate-run: runs Renovate and says what it did and did not do, so that no run is green by accident.
using Actions.RenovateRun;
using Actions.Shared.Hosting;

return await ActionHost.RunAsync(RenovateRunProgram.Definition, args);
