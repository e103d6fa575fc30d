// roles.js: the least that closebell needs of a MongoDB server with access control, as roles of the database admin.
//
//   mongosh "mongodb://admin@HOST/?authSource=admin" --file /usr/share/closebell/mongosh/roles.js
//
// Makes or renews the roles and prints how to make users of them; it makes none, and never sees a password.
// tests/ops/test_roles holds them against every command that the programs send.
(() => {
  const everything = (database) => ({ db: database, collection: '' });
  const archive = ['find', 'insert', 'update', 'remove'];
  const closebell = [
    {
      role: 'closebellRun', // daily_update, hourly_analysis
      privileges: [
        { resource: everything('system_info'), actions: archive },
        // A stock that enters the universe gets a collection; which ones are there is compared once a session.
        { resource: everything('stock_data'), actions: [...archive, 'createCollection', 'listCollections'] },
        { resource: everything('stock_analyzed'), actions: [...archive, 'createCollection', 'listCollections'] },
        { resource: everything('index_data'), actions: [...archive, 'createCollection', 'listCollections'] },
      ],
      roles: [],
    },
    {
      role: 'closebellSetup', // manual_setup: besides that, system_info as a whole and its two indexes
      privileges: [{ resource: everything('system_info'), actions: ['createCollection', 'createIndex', 'listCollections'] }],
      roles: [{ role: 'closebellRun', db: 'admin' }],
    },
    {
      role: 'closebellRead', // traders, dashboards, web services, cb in mongosh, --export
      privileges: ['system_info', 'stock_data', 'stock_analyzed', 'index_data'].map((database) => (
        { resource: everything(database), actions: ['find', 'listCollections'] })),
      roles: [],
    },
  ];
  const admin = db.getSiblingDB('admin');
  for (const { role, privileges, roles } of closebell) {
    try {
      admin.createRole({ role, privileges, roles });
      print(`${role}: made`);
    } catch (error) {
      if (error.code !== 51002) throw error; // anything but: it exists
      admin.updateRole(role, { privileges, roles });
      print(`${role}: renewed`);
    }
  }
  print('\nUsers, each asked for its password:');
  for (const [user, role] of [['closebell', 'closebellRun'], ['closebell_setup', 'closebellSetup'], ['reader', 'closebellRead']])
    print(`  db.getSiblingDB('admin').createUser({user: '${user}', pwd: passwordPrompt(), roles: ['${role}']})`);
})();
